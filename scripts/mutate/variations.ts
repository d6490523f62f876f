/** Texts that differ a little from a rule's examples: what tells a mutant that changes something from one that changes nothing. */
import type { Example } from '../../src/rule.ts';

/** Put in, and put in place of each character. */
const CHARACTERS = ['0', '9', 'a', 'Z', '-', '.', ' ', '_', '/', '@', ':', '\n'];

/** At most `most` variations, spread evenly over the examples and the places in them; the same ones every time. */
export function variationsOf(examples: readonly Example[], most: number): readonly Example[] {
  const all = examples.flatMap((example) => withText(example).flatMap(([text, put]) => vary(text).map(put)));
  const step = Math.max(1, all.length / most);
  return Array.from({ length: Math.min(most, all.length) }, (_, index) => all[Math.floor(index * step)]!);
}

/** The texts in an example, each with how the example reads with another in its place. */
function withText(example: Example): readonly (readonly [text: string, put: (text: string) => Example])[] {
  if (typeof example === 'string') return [[example, (text) => text]];
  if ('name' in example) return [[example.name, (name) => ({ name })]];
  if ('label' in example) return [[example.label, (label) => ({ label })]];
  if ('table' in example) {
    const { table } = example;
    return table.flatMap((row, y) =>
      row.map((cell, x) => [cell, (text: string) => ({ table: table.with(y, row.with(x, text)) })] as const),
    );
  }
  const { header, cells } = example;
  return [
    [header, (text) => ({ header: text, cells })],
    // A column is judged as a whole: one odd cell among many says nothing.
    ...cells.slice(0, 2).map((cell) => [cell, (text: string) => ({ header, cells: [text] })] as const),
  ];
}

/** Each character gone, doubled and replaced, each pair of neighbours swapped, something at either end. */
function vary(text: string): readonly string[] {
  const units = Array.from(text);
  const join = (parts: readonly string[]) => parts.join('');
  return [
    ...units.flatMap((unit, index) => [
      join(units.toSpliced(index, 1)),
      join(units.toSpliced(index, 0, unit)),
      ...CHARACTERS.flatMap((other) => [
        join(units.with(index, other)),
        join(units.toSpliced(index, 0, other)),
      ]),
    ]),
    ...CHARACTERS.flatMap((other) => [other + text, text + other]),
  ];
}
