/** Runs the benchmarks one after the other: `npm run bench`, or `npm run bench -- help metadata`. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const BENCHES = [
  'help',
  'metadata',
  'inventory',
  'engine',
  'rules',
  'extract',
  'content',
  's3-list',
  'drive-list',
  'bucket-list',
  'copies',
];

/** Only when named: they take long, and much disk. */
const LARGE = ['giants'];

const asked = process.argv.slice(2);
const known = [...BENCHES, ...LARGE];
const unknown = asked.filter((name) => !known.includes(name));
if (unknown.length > 0) throw new Error(`no benchmark ${unknown.join(', ')}; there are ${known.join(', ')}`);
for (const name of asked.length > 0 ? asked : BENCHES) {
  const file = join(import.meta.dirname, `${name}.ts`);
  if (!existsSync(file)) throw new Error(`${file} is missing`);
  const { status } = spawnSync(process.execPath, [file], { stdio: 'inherit' });
  if (status !== 0) process.exitCode = 1;
}
