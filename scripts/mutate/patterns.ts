/** Breaks a regular expression in one small place at a time: a count, a class, an alternative, what it looks around at. */
import { type AST, RegExpParser, visitRegExpAST } from '@eslint-community/regexpp';

/** What kind of part was broken; the run sums up by these. */
export type Part = 'count' | 'class' | 'alternative' | 'boundary' | 'pattern' | 'check' | 'words' | 'columns';

export interface Broken<T> {
  readonly part: Part;
  /** `{9} becomes {8,9}`. */
  readonly what: string;
  readonly changed: T;
}

/** Alternatives that are dropped one by one; of longer lists, half at a time. */
const FEW = 4;
/** A count that spans more than this is there to keep a pattern finite: its upper bound is no fact about the format. */
const WIDE = 8;

/** Every mutant that is still a regular expression and reads differently. */
export function breakPattern(regex: string): readonly Broken<string>[] {
  const found: Broken<string>[] = [];
  const replace = ({ start, end, raw }: AST.Node, part: Part, text: string) => {
    const changed = regex.slice(0, start) + text + regex.slice(end);
    if (changed === regex || !compiles(changed)) return;
    const what = text === '' ? `${short(raw)} removed` : `${short(raw)} becomes ${short(text)}`;
    found.push({ part, what: `${what} at ${start}`, changed });
  };
  const alternatives = (node: AST.Pattern | AST.Group | AST.CapturingGroup) => {
    for (const left of shorterLists(node.alternatives)) {
      const [first, last] = [node.alternatives[0], node.alternatives.at(-1)];
      if (first === undefined || last === undefined) continue;
      const whole = { ...first, start: first.start, end: last.end, raw: regex.slice(first.start, last.end) };
      replace(whole, 'alternative', left.map(({ raw }) => raw).join('|'));
    }
  };
  visitRegExpAST(
    new RegExpParser({ ecmaVersion: 2025 }).parsePattern(regex, 0, regex.length, { unicode: true }),
    {
      onPatternEnter: alternatives,
      onGroupEnter: alternatives,
      onCapturingGroupEnter: alternatives,
      onQuantifierEnter(node) {
        for (const count of otherCounts(node)) replace(node, 'count', node.element.raw + count);
      },
      onAssertionEnter: (node) => replace(node, 'boundary', ''),
      onCharacterClassEnter(node) {
        if (isOneLetter(node)) return;
        replace(node, 'class', '[^\\n]');
        if (node.negate || node.elements.length < 2) return;
        for (const element of node.elements) {
          const rest = node.elements.filter((other) => other !== element);
          replace(node, 'class', `[${rest.map(({ raw }) => raw).join('')}]`);
        }
      },
      onCharacterSetEnter(node) {
        if (node.parent.type !== 'CharacterClass') replace(node, 'class', '[^\\n]');
      },
    },
  );
  return found;
}

function shorterLists(all: readonly AST.Alternative[]): readonly (readonly AST.Alternative[])[] {
  if (all.length < 2) return [];
  if (all.length <= FEW) return all.map((one) => all.filter((other) => other !== one));
  const half = Math.ceil(all.length / 2);
  return [all.slice(0, half), all.slice(half)];
}

/** One more and one fewer, at either end where that end says something. */
function otherCounts({ min, max, greedy }: AST.Quantifier): readonly string[] {
  const wide = max - min > WIDE;
  const counts = [
    [min - 1, max],
    [min + 1, max],
    [min, max - 1],
    [min, max + 1],
  ].slice(0, wide ? 2 : 4);
  return counts
    .filter(([least = 0, most = 0]) => least >= 0 && least <= most && !(wide && min <= 1))
    .map(([least, most]) => `{${least},${most}}${greedy ? '' : '?'}`);
}

/** `[aA]`, as packs that ignore case are loaded. */
function isOneLetter({ elements, negate }: AST.CharacterClass): boolean {
  const letters = elements.map((element) => (element.type === 'Character' ? element.raw.toLowerCase() : ''));
  return !negate && new Set(letters).size === 1 && !letters.includes('');
}

function compiles(regex: string): boolean {
  try {
    return !new RegExp(`^(?:${regex})$`, 'u').test('');
  } catch {
    // Half of a surrogate pair, a group that is referred to and gone: not a mutant.
    return false;
  }
}

function short(text: string): string {
  return text.length > 40 ? `${text.slice(0, 37)}...` : text;
}
