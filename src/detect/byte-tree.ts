/**
 * A rule's regular expression as a tree over UTF-8 bytes. It matches everything that the expression matches and perhaps more:
 * enough to find candidates, which the expression itself then confirms.
 */
import { type AST, RegExpParser } from '@eslint-community/regexpp';
import { SEPARATOR } from './normalise.ts';
import { bitsOf } from './rarity.ts';

/** Which of the 256 bytes belong: 1 or 0. */
export type ByteSet = Uint8Array;

/** One byte of the set or, when `wide`, any one character beyond ASCII. */
export interface CharacterSet {
  readonly kind: 'set';
  readonly bytes: ByteSet;
  readonly wide: boolean;
  /** How telling it is. */
  readonly bits: number;
  /** True when it is one character, in one or both cases. */
  readonly single: boolean;
  /** True when it is digits only. */
  readonly digits: boolean;
  /** True when a letter or a character beyond ASCII is in it. */
  readonly letters: boolean;
}

export type ByteTree =
  | CharacterSet
  | { readonly kind: 'sequence'; readonly items: readonly ByteTree[] }
  | { readonly kind: 'choice'; readonly items: readonly ByteTree[] }
  | { readonly kind: 'repeat'; readonly item: ByteTree; readonly min: number; readonly max: number }
  /** Looks ahead or behind without consuming. */
  | { readonly kind: 'look'; readonly behind: boolean; readonly negate: boolean; readonly item: ByteTree }
  /** `\b`. */
  | { readonly kind: 'boundary' }
  /** `^`, `$` and `\B`: hold somewhere; with `start` only where a text begins. */
  | { readonly kind: 'edge'; readonly start: boolean };

interface Flags {
  readonly ignoreCase: boolean;
  readonly dotAll: boolean;
  readonly multiline: boolean;
  readonly known: KnownSets;
}

/** Sets by flags and how they are written: expressions use the same few again and again. */
export type KnownSets = Map<string, CharacterSet>;

/** `known` is filled; give the same one for many expressions. @throws SyntaxError for what is no regular expression */
export function toByteTree(source: string, known: KnownSets = new Map()): ByteTree {
  const parser = new RegExpParser({ ecmaVersion: 2025 });
  const pattern = parser.parsePattern(source, 0, source.length, { unicode: true });
  return alternatives(pattern.alternatives, { ignoreCase: false, dotAll: false, multiline: false, known });
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
      return knownSet(element, flags, () => mayBeWide(element, flags));
    case 'Group':
      return alternatives(element.alternatives, modified(flags, element.modifiers));
    case 'CapturingGroup':
      return alternatives(element.alternatives, flags);
    case 'Quantifier':
      return { kind: 'repeat', item: convert(element.element, flags), min: element.min, max: element.max };
    case 'Assertion':
      return assertion(element, flags);
    case 'Backreference':
      return backReference(element, flags);
  }
}

/** What the group can match, in any case, or nothing when the group took no part. */
function backReference(element: AST.Backreference, flags: Flags): ByteTree {
  const nothing: ByteTree = { kind: 'sequence', items: [] };
  const groups = Array.isArray(element.resolved) ? element.resolved : [element.resolved];
  const items = groups.map((group) =>
    group.start <= element.start && element.end <= group.end
      ? nothing // inside its own group it matches the empty string
      : alternatives(group.alternatives, { ...flags, ignoreCase: true, dotAll: true }),
  );
  return { kind: 'choice', items: [...items, nothing] };
}

function modified(flags: Flags, modifiers: AST.Modifiers | null): Flags {
  if (modifiers === null) return flags;
  const { add, remove } = modifiers;
  return {
    ...flags,
    ignoreCase: add.ignoreCase || (flags.ignoreCase && !remove?.ignoreCase),
    dotAll: add.dotAll || (flags.dotAll && !remove?.dotAll),
    multiline: add.multiline || (flags.multiline && !remove?.multiline),
  };
}

function assertion(element: AST.Assertion, flags: Flags): ByteTree {
  if (element.kind === 'lookahead' || element.kind === 'lookbehind') {
    const item = alternatives(element.alternatives, flags);
    return { kind: 'look', behind: element.kind === 'lookbehind', negate: element.negate, item };
  }
  if (element.kind === 'word' && !element.negate) return { kind: 'boundary' };
  return { kind: 'edge', start: element.kind === 'start' && !flags.multiline };
}

/** @param bytes members below 0x80, or any bytes for pieces of a character. */
export function characterSet(bytes: ByteSet, wide: boolean): CharacterSet {
  let members = 0;
  let digits = 0;
  let letters = wide;
  for (let byte = 0; byte < 256; byte++) {
    if (bytes[byte] === 0) continue;
    members++;
    if (byte >= 0x30 && byte <= 0x39) digits++;
    letters ||= byte >= 0x80 || ((byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a);
  }
  const single = !wide && members <= 2;
  return {
    kind: 'set',
    bytes,
    wide,
    bits: bitsOf(bytes, wide),
    single,
    digits: !wide && digits === members,
    letters,
  };
}

function character(element: AST.Character, flags: Flags): ByteTree {
  if (element.value < 0x80) {
    // U+017F and U+212A are s and k in another case.
    return knownSet(
      element,
      flags,
      () => flags.ignoreCase && /[sk]/i.test(String.fromCodePoint(element.value)),
    );
  }
  if (flags.ignoreCase) return knownSet(element, flags, () => true);
  const items = [...Buffer.from(String.fromCodePoint(element.value))].map((byte) =>
    characterSet(new Uint8Array(256).fill(1, byte, byte + 1), false),
  );
  return { kind: 'sequence', items };
}

function knownSet(element: SetElement, flags: Flags, isWide: () => boolean): CharacterSet {
  const key = `${flags.ignoreCase ? 'i' : ''}${flags.dotAll ? 's' : ''} ${element.raw}`;
  let set = flags.known.get(key);
  if (set === undefined) {
    set = characterSet(asciiOf(element, flags), isWide());
    flags.known.set(key, set);
  }
  return set;
}

type SetElement = AST.Character | AST.CharacterClass | AST.CharacterSet | AST.ExpressionCharacterClass;

/** The ASCII characters that an element matches. */
function asciiOf(element: SetElement, flags: Flags): ByteSet {
  const set = new Uint8Array(256);
  if (!addPlain(set, element, flags)) askRegex(set.fill(0), element.raw, flags);
  set[SEPARATOR] = 0;
  return set;
}

/** Adds what can be told without running an expression; false for anything else. */
function addPlain(set: ByteSet, element: AST.Node, flags: Flags): boolean {
  if (element.type === 'Character') {
    // Some letters beyond ASCII are others of it in another case.
    if (element.value >= 0x80) return !flags.ignoreCase;
    set[element.value] = 1;
    if (flags.ignoreCase) addOtherCase(set);
    return true;
  }
  if (element.type === 'CharacterClassRange') {
    if (flags.ignoreCase && element.max.value >= 0x80) return false;
    set.fill(1, Math.min(element.min.value, 0x80), Math.min(element.max.value + 1, 0x80));
    return true;
  }
  if (
    element.type === 'CharacterSet' &&
    element.kind in ESCAPES &&
    !('negate' in element && element.negate)
  ) {
    // The check above is that it is a key.
    for (const byte of ESCAPES[element.kind as keyof typeof ESCAPES]) set[byte] = 1;
    return true;
  }
  if (element.type !== 'CharacterClass') return false;
  if (!element.elements.every((part) => addPlain(set, part, flags))) return false;
  if (flags.ignoreCase) addOtherCase(set);
  if (element.negate) for (let byte = 0; byte < 0x80; byte++) set[byte] = 1 - set[byte]!;
  return true;
}

function addOtherCase(set: ByteSet): void {
  for (let upper = 0x41; upper <= 0x5a; upper++) {
    const both = set[upper]! | set[upper | 0x20]!;
    set[upper] = both;
    set[upper | 0x20] = both;
  }
}

const ASCII = Array.from({ length: 0x80 }, (_, code) => code);
const ESCAPES = {
  digit: ASCII.filter((code) => /\d/.test(String.fromCharCode(code))),
  word: ASCII.filter((code) => /\w/.test(String.fromCharCode(code))),
  space: ASCII.filter((code) => /\s/.test(String.fromCharCode(code))),
};

/** Asks the engine that will do the matching. */
function askRegex(set: ByteSet, raw: string, flags: Flags): void {
  const regex = new RegExp(`^${raw}$`, `u${flags.ignoreCase ? 'i' : ''}${flags.dotAll ? 's' : ''}`);
  for (const code of ASCII) set[code] = regex.test(String.fromCharCode(code)) ? 1 : 0;
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
