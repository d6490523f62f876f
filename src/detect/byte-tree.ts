/**
 * A rule's regular expression as a tree over UTF-8 bytes. It matches everything that the expression matches and perhaps more:
 * enough to find candidates, which the expression itself then confirms.
 */
import { type AST, RegExpParser } from '@eslint-community/regexpp';
import { SEPARATOR } from './normalise.ts';

/** Which of the 256 bytes belong: 1 or 0. */
export type ByteSet = Uint8Array;

export type ByteTree =
  /** One byte of the set or, when `wide`, any one character beyond ASCII. */
  | { readonly kind: 'set'; readonly bytes: ByteSet; readonly wide: boolean }
  | { readonly kind: 'sequence'; readonly items: readonly ByteTree[] }
  | { readonly kind: 'choice'; readonly items: readonly ByteTree[] }
  | { readonly kind: 'repeat'; readonly item: ByteTree; readonly min: number; readonly max: number }
  /** Looks ahead or behind without consuming. */
  | { readonly kind: 'look'; readonly behind: boolean; readonly negate: boolean; readonly item: ByteTree }
  /** `\b`. */
  | { readonly kind: 'boundary' }
  /** `^`, `$` and `\B`: hold somewhere. */
  | { readonly kind: 'edge' };

interface Flags {
  readonly ignoreCase: boolean;
  readonly dotAll: boolean;
}

/** @throws SyntaxError for what is no regular expression */
export function toByteTree(source: string): ByteTree {
  const parser = new RegExpParser({ ecmaVersion: 2025 });
  const pattern = parser.parsePattern(source, 0, source.length, { unicode: true });
  return alternatives(pattern.alternatives, { ignoreCase: false, dotAll: false });
}

function alternatives(list: readonly AST.Alternative[], flags: Flags): ByteTree {
  const items = list.map((alternative) => sequence(alternative.elements, flags));
  return items.length === 1 ? items[0]! : { kind: 'choice', items };
}

/** A sequence within a sequence is laid flat, so that what begins an expression can be seen. */
function sequence(elements: readonly AST.Element[], flags: Flags): ByteTree {
  const items = elements
    .map((element) => convert(element, flags))
    .flatMap((item) => (item.kind === 'sequence' ? item.items : [item]));
  return items.length === 1 ? items[0]! : { kind: 'sequence', items };
}

function convert(element: AST.Element, flags: Flags): ByteTree {
  switch (element.type) {
    case 'Character':
      return character(element, flags);
    case 'CharacterClass':
    case 'CharacterSet':
    case 'ExpressionCharacterClass':
      return { kind: 'set', bytes: asciiOf(element.raw, flags), wide: mayBeWide(element, flags) };
    case 'Group':
      return alternatives(element.alternatives, modified(flags, element.modifiers));
    case 'CapturingGroup':
      return alternatives(element.alternatives, flags);
    case 'Quantifier':
      return { kind: 'repeat', item: convert(element.element, flags), min: element.min, max: element.max };
    case 'Assertion':
      return assertion(element, flags);
    case 'Backreference':
      return backReference(element);
  }
}

/** What the group can match, in any case, or nothing when the group took no part. */
function backReference(element: AST.Backreference): ByteTree {
  const nothing: ByteTree = { kind: 'sequence', items: [] };
  const groups = Array.isArray(element.resolved) ? element.resolved : [element.resolved];
  const items = groups.map((group) =>
    group.start <= element.start && element.end <= group.end
      ? nothing // inside its own group it matches the empty string
      : alternatives(group.alternatives, { ignoreCase: true, dotAll: true }),
  );
  return { kind: 'choice', items: [...items, nothing] };
}

function modified(flags: Flags, modifiers: AST.Modifiers | null): Flags {
  if (modifiers === null) return flags;
  const { add, remove } = modifiers;
  return {
    ignoreCase: add.ignoreCase || (flags.ignoreCase && !remove?.ignoreCase),
    dotAll: add.dotAll || (flags.dotAll && !remove?.dotAll),
  };
}

function assertion(element: AST.Assertion, flags: Flags): ByteTree {
  if (element.kind === 'lookahead' || element.kind === 'lookbehind') {
    const item = alternatives(element.alternatives, flags);
    return { kind: 'look', behind: element.kind === 'lookbehind', negate: element.negate, item };
  }
  return element.kind === 'word' && !element.negate ? { kind: 'boundary' } : { kind: 'edge' };
}

function character(element: AST.Character, flags: Flags): ByteTree {
  if (element.value < 0x80) {
    // U+017F and U+212A are s and k in another case.
    const wide = flags.ignoreCase && /[sk]/i.test(String.fromCodePoint(element.value));
    return { kind: 'set', bytes: asciiOf(element.raw, flags), wide };
  }
  if (flags.ignoreCase) return { kind: 'set', bytes: asciiOf(element.raw, flags), wide: true };
  const items = [...Buffer.from(String.fromCodePoint(element.value))].map(
    (byte): ByteTree => ({ kind: 'set', bytes: new Uint8Array(256).fill(1, byte, byte + 1), wide: false }),
  );
  return { kind: 'sequence', items };
}

/** The ASCII characters that an element matches, found by asking the engine that will do the matching. */
function asciiOf(raw: string, flags: Flags): ByteSet {
  const regex = new RegExp(`^${raw}$`, `u${flags.ignoreCase ? 'i' : ''}${flags.dotAll ? 's' : ''}`);
  const set = new Uint8Array(256);
  for (let code = 0; code < 0x80; code++) {
    if (code !== SEPARATOR && regex.test(String.fromCharCode(code))) set[code] = 1;
  }
  return set;
}

/** False only when no character beyond ASCII can match. */
function mayBeWide(
  element: AST.CharacterClass | AST.CharacterSet | AST.ExpressionCharacterClass,
  flags: Flags,
): boolean {
  if (flags.ignoreCase) return true;
  if (element.type === 'CharacterSet') return setIsWide(element);
  if (element.type === 'ExpressionCharacterClass' || element.negate) return true;
  return element.elements.some((part) => {
    if (part.type === 'Character') return part.value >= 0x80;
    if (part.type === 'CharacterClassRange') return part.max.value >= 0x80;
    if (part.type === 'CharacterSet') return setIsWide(part);
    return true;
  });
}

function setIsWide(set: AST.CharacterSet): boolean {
  return (set.kind !== 'digit' && set.kind !== 'word') || set.negate;
}
