/** A generated tree of many small files, for measuring listing: 100 files a folder, names and sizes from a seed. */
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createRandom, type Random } from '../fixtures/estate-parts/random.ts';
import { DATA } from './measure.ts';

const FILES_PER_FOLDER = 100;
const WORDS =
  'report export draft invoice notes sensor image model backup index summary weekly final copy'.split(' ');
const ENDINGS = ['csv', 'json', 'txt', 'md', 'log', 'py', 'parquet', 'png'];

/** Path of a tree of `files` files (a multiple of 100), made once. */
export function generatedTree(files: number): string {
  const tree = join(DATA, `tree-${files}`);
  if (existsSync(tree)) return tree;
  const building = `${tree}.building`;
  rmSync(building, { recursive: true, force: true });
  const random = createRandom('tree');
  const folders = files / FILES_PER_FOLDER;
  for (let folder = 0; folder < folders; folder++) {
    const path = join(
      building,
      `area-${folder % 10}`,
      `team-${Math.floor(folder / 10) % 20}`,
      `set-${folder}`,
    );
    mkdirSync(path, { recursive: true });
    for (let file = 0; file < FILES_PER_FOLDER; file++) {
      writeFileSync(join(path, fileName(random, file)), 'x'.repeat(random.int(0, 64)));
    }
  }
  renameSync(building, tree);
  return tree;
}

function fileName(random: Random, index: number): string {
  return `${random.pick(WORDS)}-${random.pick(WORDS)}-${index}.${random.pick(ENDINGS)}`;
}
