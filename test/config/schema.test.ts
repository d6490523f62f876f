/** The published JSON Schema and the connectors' options fit the config. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { jsonSchema } from '../../src/config/json-schema.ts';
import { isSourceKey } from '../../src/config/source-keys.ts';
import { loadConnectors } from '../../src/registry.ts';

const modules = await loadConnectors();

test('whereabouts.schema.json is up to date (npm run schema)', () => {
  const published = readFileSync(new URL('../../whereabouts.schema.json', import.meta.url), 'utf8');
  expect(published).toBe(jsonSchema(modules));
});

test("no connector's option has the name of a key that every source has", () => {
  const taken = modules.flatMap(({ kind, options }) =>
    Object.keys(options).flatMap((name) => (isSourceKey(name) ? [`${kind}.${name}`] : [])),
  );
  expect(taken).toEqual([]);
});
