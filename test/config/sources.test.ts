/** Places that are given as arguments have names of their own, without what may be a credential. */
import { expect, test } from 'vitest';
import { selectSources } from '../../src/config/sources.ts';
import { loadConnectors } from '../../src/registry.ts';

test.each([
  ['onedrive://ada@contoso.example', 'onedrive://ada@contoso.example'],
  ['onedrive://bo@contoso.example/', 'onedrive://bo@contoso.example'],
  ['gdrive://ada@example.com', 'gdrive://ada@example.com'],
  ['sharepoint://contoso.example/sites/x', 'sharepoint://contoso.example/sites/x'],
  ['s3://bucket/prefix/', 's3://bucket/prefix'],
  ['http://127.0.0.1:8888/lab?token=secret', 'http://127.0.0.1:8888/lab'],
  ['http://secret@127.0.0.1:8888', 'http://127.0.0.1:8888'],
])('%s', async (argument, name) => {
  const options = {
    env: {},
    cwd: '/',
    home: '/',
    file: undefined,
    modules: await loadConnectors(),
    overrides: { include: [], exclude: [] },
  };
  expect(selectSources([argument], options).map((source) => source.name)).toEqual([name]);
});
