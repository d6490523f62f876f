/** Every labelled file of fixtures/corpus, scanned as a user would: a new pair of files is a new test. */
import { beforeAll, describe, expect, test } from 'vitest';
import { type Detected, scanFolder } from '../../scripts/scan-folder.ts';
import { CORPUS, corpusCases } from './cases.ts';

let detected: ReadonlyMap<string, Detected>;
beforeAll(async () => {
  detected = await scanFolder(CORPUS);
});

describe.each(corpusCases())('$name: $note', ({ name, contains, may, level, level_ok }) => {
  test('finds what is in it, and nothing else', () => {
    const kinds = detected.get(name)?.kinds ?? [];
    expect({
      missed: contains.filter((kind) => !kinds.includes(kind)),
      falseAlarms: kinds.filter((kind) => !contains.includes(kind) && !may.includes(kind)),
    }).toEqual({ missed: [], falseAlarms: [] });
  });

  test(`is ${level}`, () => {
    expect(level_ok ?? [level]).toContain(detected.get(name)?.level);
  });
});
