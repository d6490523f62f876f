/** What the build makes of the packs is what the packs say. */
import { expect, test } from 'vitest';
import { loadBuiltInRules } from '../../src/detect/load.ts';
import { buildRules } from '../../src/detect/load-built-in.ts';

test('the built rules are the loaded rules, field by field', async () => {
  const built: unknown = JSON.parse(await buildRules(new URL('../../rules/', import.meta.url)));
  expect(built).toEqual({
    digest: expect.stringMatching(/^[0-9a-f]{64}$/),
    rules: JSON.parse(JSON.stringify(await loadBuiltInRules())),
  });
});
