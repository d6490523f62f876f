/** Finds patterns whose matching time can explode, so that a user's pack cannot stall a scan. */
import { createContext, Script } from 'node:vm';
import { RegExpParser } from '@eslint-community/regexpp';
import { analyse } from 'scslre';
import { pumpsOf } from './load-pumps.ts';

/** Milliseconds for all trials of a pattern on a kilobyte each; a sound one takes two, one that explodes takes centuries. */
const BUDGET = 1500;
/** Characters that it is tried on at once. */
const TRIAL = 1000;

/** Why a pattern is refused, with the fix, or undefined. A bounded repeat counts as unbounded: `(a{1,99}){1,99}` is as bad as `(a+)+`. */
export function backtracking(regex: string): string | undefined {
  const report = exponential(regex) ?? slow(regex);
  if (report === undefined) return undefined;
  return `it can backtrack without end (${report}); let each repeat begin with a character that the one before cannot take`;
}

function exponential(regex: string): string | undefined {
  const widened = regex.replace(/\{(\d+),(\d+)\}/g, (bounds, least: string, most: string) =>
    Number(most) - Number(least) >= 3 ? `{${least},}` : bounds,
  );
  const parser = new RegExpParser({ ecmaVersion: 2025 });
  const literal = {
    pattern: parser.parsePattern(widened, 0, widened.length, { unicode: true }),
    flags: parser.parseFlags('u'),
  };
  const { reports } = analyse(literal, { reportTypes: { Move: false } });
  const found = reports.find((report) => report.exponential);
  return found && `at ${'quant' in found ? found.quant.raw : found.endQuant.raw}`;
}

/** Runs the pattern on repeats of its own characters and of what goes round its loops, under a clock that can interrupt it. */
function slow(regex: string): string | undefined {
  const seeds = [...new Set(['a', '0', ' ', ...(regex.match(/[\w@=:-]/g) ?? [])])].slice(0, 40);
  const loops = pumpsOf(regex).map(({ before, word }) => before + filled(word));
  const context = createContext({ regex, texts: [...seeds.map(filled), ...loops] });
  const trial = 'for (const text of texts) new RegExp(regex, "u").test(text + "\u0001")';
  try {
    new Script(trial).runInContext(context, { timeout: BUDGET });
  } catch (cause) {
    if (isTimeout(cause)) return `over ${BUDGET} ms on repeats of what it looks for`;
    throw cause;
  }
  return undefined;
}

function filled(word: string): string {
  return word.repeat(Math.ceil(TRIAL / Math.max(1, word.length)));
}

/** The error comes from another context, where `instanceof Error` does not hold. */
function isTimeout(cause: unknown): boolean {
  return (
    typeof cause === 'object' &&
    cause !== null &&
    'code' in cause &&
    cause.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT'
  );
}
