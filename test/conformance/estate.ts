/** What the conformance suite puts at a place: enough folders and objects for many small pages, and names that break things. */
import type { PlacedContainer, PlacedObject } from './subject.ts';

export const PAGE_SIZE = 3;
export const MAIN = 'conformance-main';
export const OTHER = 'conformance-other';
export const EMPTY = 'conformance-empty';

/** Names that a place may well hold. A subject lists those that its provider cannot hold. */
export const NASTY_NAMES = [
  'with space.txt',
  'hundred%25.txt',
  '100%.txt',
  'hash#question?.txt',
  'plus+amp&eq=.txt',
  'nfc-\u00e9.txt',
  'nfd-e\u0301.txt',
  'emoji-\u{1f600}.txt',
  '\uffee-before-astral.txt',
  '.leading-dot',
  '-leading-dash',
  'new\nline.txt',
  'back\\slash.txt',
  'quote\'".txt',
  'trailing dot.',
  `${'x'.repeat(251)}.txt`,
] as const;

export const EMPTY_KEY = 'sizes/empty.bin';
export const LARGE_KEY = 'sizes/nine-mib.bin';

/** 30 objects in 10 folders, one empty and one of 9 MiB; every body differs. */
export function mainContainer(): PlacedContainer {
  const objects: PlacedObject[] = [];
  for (let folder = 0; folder < 9; folder += 1) {
    for (let index = 0; index < 3; index += 1) {
      const key = folder === 8 ? `top-${index}.txt` : `folder-${folder}/note-${index}.txt`;
      objects.push({ key, body: Buffer.from(`conformance ${key}\n`.repeat(folder + index + 1)) });
    }
  }
  // Directly between `folder-0` and `folder-0/`, where careless sorting goes wrong.
  objects.push({ key: 'folder-0.txt', body: Buffer.from('beside its folder') });
  objects.push({ key: EMPTY_KEY, body: new Uint8Array(0) });
  objects.push({ key: LARGE_KEY, body: patterned(9 * 1024 * 1024) });
  return { name: MAIN, objects };
}

/** Objects in several folders: small, quickly placed, for tests that break something. */
export function smallContainer(name = MAIN): PlacedContainer {
  const objects: PlacedObject[] = [];
  for (let index = 0; index < 36; index += 1) {
    const key = `part-${String(index % 12).padStart(2, '0')}/item-${index}.bin`;
    objects.push({ key, body: patterned(64 * 1024 + index) });
  }
  return { name, objects };
}

export function nastyContainer(impossible: Readonly<Record<string, string>>): PlacedContainer {
  const names = NASTY_NAMES.filter((name) => !Object.hasOwn(impossible, name));
  return {
    name: MAIN,
    objects: names.flatMap((name) => [
      { key: name, body: Buffer.from(`at the top: ${name}`) },
      { key: `in ${name.slice(0, 200)}/${name}`, body: Buffer.from(`inside: ${name}`) },
    ]),
  };
}

/** Bytes without a short period, so that a shifted or repeated block shows. */
function patterned(length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let state = length + 1;
  for (let index = 0; index < length; index += 1) {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    bytes[index] = state >>> 16;
  }
  return bytes;
}
