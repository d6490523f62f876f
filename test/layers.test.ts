/** The layers of the code: imports point downwards, SQLite and SQL stay in the inventory, versions are exact. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';

const ROOT = resolve(import.meta.dirname, '..');

/** Folder or file -> layer. Each layer may import from lower ones; types also from its own. */
const LAYERS: readonly (readonly string[])[] = [
  ['src/model.ts', 'src/errors.ts', 'src/environment.ts', 'src/node-version.ts'],
  [
    'src/boilerplate.ts',
    'src/connector.ts',
    'src/digest',
    'src/rule.ts',
    'src/bucket',
    'src/globs.ts',
    'src/validate',
    'src/walk',
  ],
  ['connectors'],
  [
    'src/classify',
    'src/config',
    'src/copies',
    'src/delivery',
    'src/detect',
    'src/extract',
    'src/inventory',
    'src/plan.ts',
    'src/registry.ts',
    'src/retry.ts',
  ],
  ['src/report', 'src/scan'],
  ['src/commands', 'src/index.ts'],
  ['src/cli.ts'],
];
/** What a connector may know of us, beside its own folder. */
const CONNECTORS_SEE = [
  'src/bucket',
  'src/connector.ts',
  'src/environment.ts',
  'src/errors.ts',
  'src/model.ts',
  'src/walk',
];
/** How a string begins that is SQL. */
const SQL =
  /(['"`])\s*(?:select|insert into|insert or|update \w+ set|delete from|create (?:table|view|index|trigger)|pragma|with \w+ as)\b/i;

interface Import {
  readonly from: string;
  readonly to: string;
  readonly typeOnly: boolean;
  /** Loaded when it is used. */
  readonly late: boolean;
}

const files = ['src', 'connectors'].flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('fake.ts'))
    .map((name) => join(folder, name)),
);

function importsOf(file: string): readonly Import[] {
  const text = readFileSync(join(ROOT, file), 'utf8');
  const statements = text.matchAll(/^(?:import|export)\s([^;]*?)from\s+'([^']+)';/gms);
  const dynamic = text.matchAll(/\bimport\('([^']+)'\)/g);
  return [
    ...[...statements].map(([, names = '', to = '']) => ({ to, typeOnly: isTypeOnly(names), late: false })),
    ...[...dynamic].map(([, to = '']) => ({ to, typeOnly: false, late: true })),
  ].map(({ to, ...how }) => ({ from: file, to: resolveImport(file, to), ...how }));
}

/** `type { A }`, or braces in which every name has its own `type`. */
function isTypeOnly(names: string): boolean {
  if (names.trimStart().startsWith('type ')) return true;
  const inBraces = /^\s*\{([^}]*)\}\s*$/.exec(names)?.[1];
  if (inBraces === undefined) return false;
  const parts = inBraces.split(',').map((part) => part.trim());
  return parts.filter((part) => part !== '').every((part) => part.startsWith('type '));
}

function resolveImport(file: string, to: string): string {
  return to.startsWith('.') ? relative(ROOT, resolve(ROOT, dirname(file), to)) : to;
}

/** `src/config.ts` and the files in `src/config` are one part. */
function partOf(file: string): string {
  const parts = file.split('/');
  if (parts[0] === 'connectors') return parts.slice(0, 2).join('/');
  const part = parts.slice(0, 2).join('/');
  return part === 'src/config.ts' ? 'src/config' : part;
}

function layerOf(file: string): number {
  const part = partOf(file);
  return LAYERS.findIndex(
    (layer) => layer.includes(part) || (part.startsWith('connectors/') && layer.includes('connectors')),
  );
}

const imports = files.flatMap(importsOf);
const own = imports.filter(({ to }) => to.startsWith('src/') || to.startsWith('connectors/'));

/** What is loaded as soon as a file is, by name of the file or package. */
function loadedWith(file: string): ReadonlySet<string> {
  const loaded = new Set([file]);
  for (const each of loaded)
    for (const { from, to, typeOnly, late } of imports)
      if (from === each && !typeOnly && !late) loaded.add(to);
  return loaded;
}

describe('layers', () => {
  test('every file has one', () => {
    expect(files.filter((file) => layerOf(file) < 0)).toEqual([]);
  });

  test('imports point downwards or stay in the folder; types may come from beside', () => {
    const wrong = own.filter(({ from, to, typeOnly }) => {
      if (partOf(from) === partOf(to)) return false;
      const [lower, upper] = [layerOf(to), layerOf(from)];
      return typeOnly ? lower > upper : lower >= upper;
    });
    expect(wrong.map(({ from, to }) => `${from} imports ${to}`)).toEqual([]);
  });

  test('connectors see the contract, errors and model, never each other, the inventory or the command line', () => {
    const wrong = own.filter(
      ({ from, to }) =>
        from.startsWith('connectors/') && partOf(from) !== partOf(to) && !CONNECTORS_SEE.includes(partOf(to)),
    );
    expect(wrong.map(({ from, to }) => `${from} imports ${to}`)).toEqual([]);
  });

  test('only the inventory imports better-sqlite3', () => {
    const wrong = imports.filter(
      ({ from, to }) => to === 'better-sqlite3' && partOf(from) !== 'src/inventory',
    );
    expect(wrong.map(({ from }) => from)).toEqual([]);
    expect(imports.some(({ to }) => to === 'better-sqlite3')).toBe(true);
  });

  test('no command and no thread loads YAML and schemas before it meets any: they cost more than all else of a start', () => {
    const commands = files.filter((file) => file.startsWith('src/commands/'));
    for (const file of [...commands, 'src/cli.ts', 'src/scan/worker.ts', 'src/inventory/query-process.ts'])
      expect(
        [...loadedWith(file)].filter((each) => each === 'zod' || each === 'yaml'),
        file,
      ).toEqual([]);
    expect(loadedWith('src/commands/scan.ts')).toContain('src/inventory/writer.ts');
    expect(loadedWith('src/config/file.ts')).toContain('zod');
  });

  test("SQL stands in the inventory only, but for reading other people's databases", () => {
    const wrong = files.filter(
      (file) =>
        !/^src\/extract\/sqlite(?:-schema)?\.ts$/.test(file) &&
        partOf(file) !== 'src/inventory' &&
        SQL.test(readFileSync(join(ROOT, file), 'utf8')),
    );
    expect(wrong).toEqual([]);
  });
});

test('versions of dependencies are exact', () => {
  const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  const versions = Object.entries({ ...manifest.dependencies, ...manifest.devDependencies });
  expect(versions.filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(String(version)))).toEqual([]);
});

// Of an odd number of bytes from an odd address Node.js 24.21 writes beyond its memory: see src/extract/utf16.ts.
test('UTF-16 is decoded in one place', () => {
  const decoding = /toString\([^)]*(?:utf16le|utf-16le|ucs-?2)/;
  const found = files.filter((file) => decoding.test(readFileSync(join(ROOT, file), 'utf8')));
  expect(found).toEqual(['src/extract/utf16.ts']);
});
