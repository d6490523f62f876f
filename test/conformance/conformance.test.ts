/** The contract of src/connector.ts, held to by every connector in the registry; nothing is skipped. */
import { existsSync, readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { CONNECTOR_KINDS, loadConnector } from '../../src/registry.ts';
import { deltaChecks } from './delta.ts';
import { NASTY_NAMES } from './estate.ts';
import { expiryChecks } from './expiry.ts';
import { failureChecks } from './failures.ts';
import { listingChecks } from './listing.ts';
import { readingChecks } from './reading.ts';
import type { Subject } from './subject.ts';

const SUBJECTS = new URL('./subjects/', import.meta.url);
const CONNECTORS = new URL('../../connectors/', import.meta.url);

test('there is a folder and a subject for every connector in the registry, and no other', () => {
  const folders = readdirSync(CONNECTORS, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const subjects = readdirSync(SUBJECTS).map((file) => file.replace(/\.ts$/, ''));
  expect(folders.map((folder) => folder.name).sort()).toEqual(CONNECTOR_KINDS.toSorted());
  expect(subjects.sort()).toEqual(CONNECTOR_KINDS.toSorted());
});

test.each(CONNECTOR_KINDS)('connectors/%s looks like every other', async (kind) => {
  const files = readdirSync(new URL(`${kind}/`, CONNECTORS));
  expect(files).toEqual(expect.arrayContaining(['README.md', 'index.ts', 'wire.ts']));
  const module = await loadConnector(kind);
  expect(module?.kind).toBe(kind);
});

for (const kind of CONNECTOR_KINDS) {
  // A missing subject is the first test's failure; the others still run.
  if (!existsSync(new URL(`${kind}.ts`, SUBJECTS))) continue;
  const { subjects }: { subjects: readonly Subject[] } = await import(`./subjects/${kind}.ts`);

  describe.each(subjects.map((subject) => [subject.name, subject] as const))('%s', (_name, subject) => {
    test('is the kind that it stands for, and only real nasty names are impossible', () => {
      expect(subject.module.kind).toBe(kind);
      expect(NASTY_NAMES).toEqual(expect.arrayContaining(Object.keys(subject.impossible)));
    });
    listingChecks(subject);
    readingChecks(subject);
    failureChecks(subject);
    expiryChecks(subject);
    deltaChecks(subject);
  });
}
