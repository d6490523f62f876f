/** Alerts on the terminal, and as a mail. */
import { alertText, countByType } from '../delivery/message.ts';
import type { AlertView } from '../inventory/deliveries.ts';
import { forTerminal, linesForTerminal } from './escape.ts';
import { plural } from './format.ts';
import type { Style } from './style.ts';
import { wrap } from './wrap.ts';

/** Alerts told after a scan; `whereabouts alerts` tells all. */
const SHOWN = 5;
/** Where what does not fit on an alert's first line, and on the others, goes on. */
const TITLE_INDENT = 3;
const LINE_INDENT = 12;
/** Lines that people copy from: a terminal that breaks them itself gives them back whole. */
const COPIED = /^ {3}(?:where|do) /;

/** One after the other, a blank line between them; broken to `columns` characters where there is a terminal. */
export function formatAlerts(
  alerts: readonly AlertView[],
  { style, columns }: { readonly style: Style; readonly columns: number | undefined },
): string {
  return alerts
    .map((alert) => {
      const [title = '', ...rest] = linesForTerminal(alertText(alert))
        .split('\n')
        .map((line, index) => broken(line, index === 0 ? TITLE_INDENT : LINE_INDENT, columns));
      const painted = alert.status === 'open' ? style.bad(title) : style.dim(title);
      return [painted, ...rest, ''].join('\n');
    })
    .join('\n');
}

/** The line, and what of it does not fit on lines below that begin at `indent`. */
function broken(line: string, indent: number, columns: number | undefined): string {
  if (columns === undefined || line.length <= columns || COPIED.test(line)) return line;
  const rest = wrap(line.slice(indent), { width: columns, indent });
  return line.slice(0, indent) + rest.join('\n').slice(indent);
}

/** The end of a scan's summary. */
export function formatNewAlerts(
  alerts: readonly AlertView[],
  { style, program, width }: { readonly style: Style; readonly program: string; readonly width: number },
): string {
  const rest = alerts.length - SHOWN;
  return [
    '',
    style.bold(plural(alerts.length, 'new alert')),
    ...alerts.slice(0, SHOWN).flatMap(({ alert_id, type, what }) => {
      const [first = '', ...more] = wrap(`${alert_id}. ${type}: ${forTerminal(what)}`, { width, indent: 5 });
      return [`  ${first.trimStart().replace(type, style.bad(type))}`, ...more];
    }),
    ...(rest > 0 ? [`  and ${rest} more`] : []),
    `  ${program} alerts  ${style.dim('where, whose, who can see it, and what to do')}`,
    '',
  ].join('\n');
}

/** A whole message for `sendmail -t`: header lines, a blank line, the text. */
export function mailOf(alerts: readonly AlertView[], host: string): string {
  const counts = Object.entries(countByType(alerts)).map(([type, count]) => `${count} ${type}`);
  return [
    `Subject: whereabouts on ${host}: ${counts.join(', ')}`,
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=utf-8',
    'Content-Transfer-Encoding: 8bit',
    '',
    // What was found decides over names of files, and those may hold anything: no line of theirs becomes a header.
    ...alerts.map((alert) => `${linesForTerminal(alertText(alert))}\n`),
  ].join('\n');
}
