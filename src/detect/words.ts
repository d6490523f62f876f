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

/**
 * Finds any of the words or phrases as whole words, without regard to case; spaces in a phrase stand for up to three
 * characters that are neither letter nor digit. Undefined for an empty list.
 */
export function wordPattern(words: readonly string[]): RegExp | undefined {
  if (words.length === 0) return undefined;
  const spaced = words.filter((word) => !UNSPACED.test(word)).map(phraseSource);
  const unspaced = words.filter((word) => UNSPACED.test(word)).map(phraseSource);
  const parts = [...unspaced];
  if (spaced.length > 0) parts.push(`(?<![\\p{L}\\p{N}])(?:${spaced.join('|')})(?![\\p{L}\\p{N}])`);
  return new RegExp(parts.join('|'), 'giu');
}

/** Scripts that do not put spaces between words. */
const UNSPACED = /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}\p{sc=Thai}]/u;

function phraseSource(phrase: string): string {
  return phrase
    .trim()
    .split(/\s+/)
    .map((word) => word.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&'))
    .join('[^\\p{L}\\p{N}]{1,3}');
}
