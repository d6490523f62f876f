/** How much text an expression can touch, which bounds what must be kept and waited for when a text comes in pieces. */
import type { ByteTree } from './byte-tree.ts';

/** Most characters that a pattern may match or look at. */
export const MOST_CHARACTERS = 4096;

/** `bytes` and `characters`: the most it can match together with everything it looks around at. `least`: fewest bytes it can match. */
export interface Extent {
  readonly least: number;
  readonly bytes: number;
  readonly characters: number;
}

/** Infinite where the expression is. */
export function extentOf(tree: ByteTree): Extent {
  switch (tree.kind) {
    case 'set':
      return { least: 1, bytes: tree.wide ? 4 : 1, characters: 1 };
    case 'sequence':
      return tree.items.map(extentOf).reduce(add, NOTHING);
    case 'choice':
      return tree.items.map(extentOf).reduce(widest);
    case 'repeat': {
      const item = extentOf(tree.item);
      return {
        least: item.least * tree.min,
        bytes: times(item.bytes, tree.max),
        characters: times(item.characters, tree.max),
      };
    }
    case 'look':
      return { ...extentOf(tree.item), least: 0 };
    case 'boundary':
    case 'edge':
      return NOTHING;
  }
}

const NOTHING: Extent = { least: 0, bytes: 0, characters: 0 };

function add(a: Extent, b: Extent): Extent {
  return { least: a.least + b.least, bytes: a.bytes + b.bytes, characters: a.characters + b.characters };
}

function widest(a: Extent, b: Extent): Extent {
  return {
    least: Math.min(a.least, b.least),
    bytes: Math.max(a.bytes, b.bytes),
    characters: Math.max(a.characters, b.characters),
  };
}

/** 0 x Infinity is 0 here. */
function times(amount: number, most: number): number {
  return amount === 0 || most === 0 ? 0 : amount * most;
}
