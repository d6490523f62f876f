/** Texts that make a pattern work hardest: its own longest matches with their ends broken off, over and over. */
import { type ByteTree, type CharacterSet, toByteTree } from '../../src/detect/byte-tree.ts';

/** What is put between two broken matches: nothing, or what most patterns take for the edge of a word or line. */
const BETWEEN = ['', ' ', '\n'];
/** Bytes of the pattern to try as the one that its repeats are filled with. */
const MOST_FILLERS = 4;

/** Units to repeat, each a broken match in front of which a match may begin. */
export function worstUnits(regex: string): readonly string[] {
  const tree = toByteTree(regex);
  const units = fillers(tree).flatMap((filler) => {
    const whole = longest(tree, filler);
    const broken = whole.slice(0, -1);
    return BETWEEN.map((between) => `${broken}${between}`).concat(`${broken}\u0001\n`);
  });
  return [...new Set(units)].filter((unit) => unit !== '');
}

/** The bytes that most classes of the pattern can take: repeats that share them have most ways to share a text. */
function fillers(tree: ByteTree): readonly number[] {
  const sets = setsOf(tree).filter((set) => !set.single);
  const votes = (byte: number) => sets.filter((set) => set.bytes[byte] === 1).length;
  const ranked = Array.from({ length: 0x7f - 0x20 }, (_, index) => 0x20 + index)
    .map((byte) => ({ byte, votes: votes(byte) }))
    .filter((each) => each.votes > 0)
    .sort((a, b) => b.votes - a.votes);
  // One of each number of votes tells more than several that are in the same classes.
  const distinct = ranked.filter((each, index) => each.votes !== ranked[index - 1]?.votes);
  return distinct.length === 0 ? [0x61] : distinct.slice(0, MOST_FILLERS).map(({ byte }) => byte);
}

function setsOf(tree: ByteTree): readonly CharacterSet[] {
  if (tree.kind === 'set') return [tree];
  if (tree.kind === 'sequence' || tree.kind === 'choice') return tree.items.flatMap(setsOf);
  return tree.kind === 'repeat' || tree.kind === 'look' ? setsOf(tree.item) : [];
}

/** Every repeat at its most, every choice at its longest, every class with the filler where it can take it. */
function longest(tree: ByteTree, filler: number): string {
  switch (tree.kind) {
    case 'set':
      return tree.bytes[filler] === 1 ? String.fromCharCode(filler) : anyOf(tree);
    case 'sequence':
      return tree.items.map((item) => longest(item, filler)).join('');
    case 'choice':
      return tree.items.map((item) => longest(item, filler)).reduce((a, b) => (b.length > a.length ? b : a));
    case 'repeat':
      return longest(tree.item, filler).repeat(Math.min(tree.max, MOST_REPEATS));
    default:
      return '';
  }
}

/** Enough for what a cell may hold. */
const MOST_REPEATS = 4096;

function anyOf({ bytes }: CharacterSet): string {
  const byte = bytes.indexOf(1, 0x20);
  return byte < 0
    ? String.fromCharCode(Math.max(0, bytes.indexOf(1))) || 'é'
    : byte < 0x80
      ? String.fromCharCode(byte)
      : 'é';
}
