/** Words and phrases: how names are split into words, and how lists of words are looked for. */

/** `patientFirstName`, `PATIENT_FIRST-NAME` and `patient.first name` all become `patient first name`. */
export function toWords(name: string): string {
  return name
    .normalize('NFKC')
    .replace(/(\p{Ll}|\p{N})(\p{Lu})/gu, '$1 $2')
    .replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1 $2')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\p{M}#]+/gu, ' ')
    .trim();
}

/** Without the marks on Latin, Greek and Cyrillic letters, as keys and file formats that know no others have them: `prénom`, `Straße`, `lön`. */
export function withoutMarks(words: string): string {
  if (/^[ -~]*$/.test(words)) return words;
  return words
    .normalize('NFD')
    .replace(/[\u0300-\u036f]/g, '')
    .normalize('NFC')
    .replace(/[ßæœøłđðþı]/g, (letter) => UNMARKED[letter] ?? letter);
}

const UNMARKED: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ı: 'i',
};

/** In lower case without changing its length, so that positions stand. */
export function toLower(text: string): string {
  const lower = text.toLowerCase();
  return lower.length === text.length ? lower : text.replace(/\p{Lu}/gu, sameLengthLower);
}

function sameLengthLower(letter: string): string {
  const lower = letter.toLowerCase();
  return lower.length === letter.length ? lower : letter;
}

/** Words or phrases to look for. */
export class WordList {
  /** Most UTF-16 units that one of them can take. */
  readonly longest: number;
  readonly #words: readonly string[];
  #regex: RegExp | undefined;
  /** The first run of letters and digits of each; undefined among them for one that has none. */
  #firsts: ReadonlySet<string | undefined> | undefined;

  constructor(words: readonly string[]) {
    this.#words = words;
    this.longest = Math.max(
      ...words.map((word) => word.length + MOST_BETWEEN * (word.split(/\s+/).length - 1)),
    );
  }

  /**
   * Global; finds any of them as a whole word in text that went through `toLower`. Made when first asked for: most rules never
   * find anything in a scan.
   */
  get regex(): RegExp {
    this.#regex ??= toRegex(this.#words);
    return this.#regex;
  }

  /** False when none of them can be in a text with these tokens: a quick look before the expression. */
  mayBeAmong(tokens: ReadonlySet<string> | undefined): boolean {
    if (tokens === undefined) return true;
    this.#firsts ??= new Set(this.#words.map((word) => TOKEN.exec(toLower(word))?.[0]));
    for (const token of tokens) if (this.#firsts.has(token)) return true;
    return this.#firsts.has(undefined);
  }
}

/** The runs of letters and digits in a text of ASCII in lower case; undefined for any other, in which words may end elsewhere. */
export function tokensOf(text: string): ReadonlySet<string> | undefined {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) >= 0x80) return undefined;
  return new Set(text.split(/[^a-z0-9]+/));
}

const TOKEN = /[a-z0-9]+/;

/**
 * Names of numbers that are words of everyday language as well: "run the tests", Spanish "sin", German "nie". They say something
 * about a number as its label, and nothing from a sentence away.
 */
const ORDINARY = new Set('car fin inn nie nip nit pan run sim sin tin'.split(' '));

/** Whether a word of a list, in lower case, counts only as a label: ordinary words, and abbreviations of one or two letters. */
export function isOrdinary(word: string): boolean {
  return ORDINARY.has(word) || /^\p{Script=Latin}{1,2}$/u.test(word);
}

/** Undefined for an empty list. */
export function wordList(words: readonly string[]): WordList | undefined {
  return words.length === 0 ? undefined : new WordList(words);
}

/** Spaces in a phrase stand for up to three characters that are neither letter nor digit. */
function toRegex(words: readonly string[]): RegExp {
  const spaced = words.filter((word) => !UNSPACED.test(word)).map(phraseSource);
  const parts = words.filter((word) => UNSPACED.test(word)).map(phraseSource);
  if (spaced.length > 0) parts.push(`(?<!${IN_WORD})(?:${spaced.join('|')})(?!${IN_WORD})`);
  return new RegExp(parts.join('|'), 'gu');
}

/** Units between the words of a phrase: three characters of up to two units. */
const MOST_BETWEEN = 6;

/** A letter of a script that does not put spaces between words, or, as Korean does, ends foreign ones with its own particles. */
export const UNSPACED = /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}\p{sc=Thai}]/u;
/** A letter or digit with which a word goes on. */
const IN_WORD = `(?:(?!${UNSPACED.source})[\\p{L}\\p{N}])`;

function phraseSource(phrase: string): string {
  return toLower(phrase)
    .trim()
    .split(/\s+/)
    .map((word) => word.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&'))
    .join('[^\\p{L}\\p{N}]{1,3}');
}
