/** Comments in a text that allow what rules find beside them: `whereabouts:allow email,phone people in this example are invented`. */
import { CONTEXT_REACH } from './nearby.ts';

/** With which every such comment begins. */
export const ALLOW_MARK = 'whereabouts:allow';
/** The rules and, on the same line, the beginning of a reason. */
const COMMENT = /whereabouts:allow[ \t]+(?<rules>\S+)[ \t][^\n]*?[\p{L}\p{N}]/gu;
/** Nothing before the mark but what begins a comment. */
const ALONE = /^[^\p{L}\p{N}]*whereabouts:allow/u;

/**
 * True when a comment allows this rule's value at `start` to `end`: in the same line, or alone in the line before, as far away as
 * context words count. Says nothing about whether it is to be heeded: that depends on the rule's level in force.
 */
export function isAllowed(
  text: string,
  { start, end }: { start: number; end: number },
  rule: string,
): boolean {
  const from = Math.max(0, start - CONTEXT_REACH);
  const around = text.slice(from, end + CONTEXT_REACH);
  const line = around.lastIndexOf('\n', start - from) + 1;
  const lineEnd = around.indexOf('\n', end - from);
  if (names(around.slice(line, lineEnd < 0 ? undefined : lineEnd), rule)) return true;
  const before = around.slice(0, Math.max(0, line - 1));
  const beforeStart = before.lastIndexOf('\n') + 1;
  // Where the line before begins out of reach, it is not known to be alone.
  if (beforeStart === 0 && from > 0) return false;
  const comment = before.slice(beforeStart);
  return ALONE.test(comment) && names(comment, rule);
}

function names(line: string, rule: string): boolean {
  return [...line.matchAll(COMMENT)].some((comment) => comment.groups?.rules?.split(',').includes(rule));
}
