/** Alerts on the terminal, and as a mail. */
import { alertText, countByType } from '../delivery/message.ts';
import type { AlertView } from '../inventory/deliveries.ts';
import { forTerminal, linesForTerminal } from './escape.ts';
import { plural } from './format.ts';
import type { Style } from './style.ts';

/** Alerts told after a scan; `whereabouts alerts` tells all. */
const SHOWN = 5;

/** One after the other, a blank line between them. */
export function formatAlerts(alerts: readonly AlertView[], style: Style): string {
  return alerts
    .map((alert) => {
      const [title = '', ...rest] = linesForTerminal(alertText(alert)).split('\n');
      const painted = alert.status === 'open' ? style.bad(title) : style.dim(title);
      return [painted, ...rest, ''].join('\n');
    })
    .join('\n');
}

/** The end of a scan's summary. */
export function formatNewAlerts(alerts: readonly AlertView[], style: Style, program: string): string {
  const rest = alerts.length - SHOWN;
  return [
    '',
    style.bold(plural(alerts.length, 'new alert')),
    ...alerts
      .slice(0, SHOWN)
      .map(({ alert_id, type, what }) => `  ${alert_id}. ${style.bad(type)}: ${forTerminal(what)}`),
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
