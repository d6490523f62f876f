/** Alerts as people and programs are told of them: counts, places and names, never a value that was found. */
import type { AlertView } from '../inventory/deliveries.ts';

/** Alerts told in one message; the rest are counted. */
const MOST = 100;
const MOST_IN_CHAT = 20;

/** Body of a webhook's request. */
export interface AlertMessage {
  readonly type: 'whereabouts.alerts';
  readonly version: 1;
  /** ISO 8601 UTC. */
  readonly at: string;
  readonly host: string;
  /** Alerts by type, all of them. */
  readonly counts: Readonly<Record<string, number>>;
  /** The first hundred. */
  readonly alerts: readonly Omit<AlertView, 'closed_at' | 'closed_why' | 'status'>[];
  /** How many more there are. */
  readonly omitted: number;
}

export interface MessageContext {
  /** ISO 8601 UTC. */
  readonly at: string;
  readonly host: string;
}

export function jsonMessage(alerts: readonly AlertView[], { at, host }: MessageContext): AlertMessage {
  return {
    type: 'whereabouts.alerts',
    version: 1,
    at,
    host,
    counts: countByType(alerts),
    alerts: alerts.slice(0, MOST).map(({ closed_at: _, closed_why: __, status: ___, ...alert }) => alert),
    omitted: Math.max(0, alerts.length - MOST),
  };
}

/** For Slack and what understands the same; https://docs.slack.dev/messaging/formatting-message-text names what must be escaped. */
export function chatMessage(
  alerts: readonly AlertView[],
  { host }: MessageContext,
): { readonly text: string } {
  const lines = alerts
    .slice(0, MOST_IN_CHAT)
    .map(
      (alert) =>
        `• *${alert.type}* (${alert.alert_id}) ${escapeChat(alert.what)}; ${escapeChat(whose(alert))}`,
    );
  const rest = alerts.length - MOST_IN_CHAT;
  if (rest > 0) lines.push(`and ${rest} more: whereabouts alerts`);
  const title = `whereabouts on ${escapeChat(host)}: ${alerts.length === 1 ? '1 alert' : `${alerts.length} alerts`}`;
  return { text: [title, ...lines].join('\n') };
}

/** One alert in plain text, some lines, for mail and terminals; lines are not wrapped. */
export function alertText(alert: AlertView): string {
  const { facts } = alert;
  const readers = facts.readers ?? [];
  const lines: readonly (readonly [string, string | null | undefined])[] = [
    ['where', alert.uri],
    ['whose', alert.client === null ? (alert.asset_id === null ? null : 'client unknown') : alert.client],
    ['level', alert.level],
    [
      'open to',
      alert.exposure === null
        ? null
        : `${alert.exposure}${readers.length > 0 ? `: ${readers.join(', ')}` : ''}`,
    ],
    ['found', facts.why],
    [
      facts.original?.how === 'moved' ? 'was at' : 'copy of',
      facts.original && `${facts.original.uri} (${facts.original.evidence ?? facts.original.how})`,
    ],
    ['matters', alert.meaning],
    ['do', alert.todo],
    ['since', alert.raised_at],
    ['closed', alert.closed_at && `${alert.closed_at}: ${alert.closed_why}`],
  ];
  const told = lines.flatMap(([name, text]) => (text ? [`   ${name.padEnd(8)} ${oneLine(text)}`] : []));
  return [`${alert.alert_id}. ${alert.type}: ${oneLine(alert.what)}`, ...told].join('\n');
}

/** Alerts by type. */
export function countByType(alerts: readonly Pick<AlertView, 'type'>[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { type } of alerts) counts[type] = (counts[type] ?? 0) + 1;
  return counts;
}

function whose({ client, exposure }: AlertView): string {
  return `client ${client ?? 'unknown'}, exposure ${exposure ?? 'unknown'}`;
}

/** Names may hold line breaks: what follows one must not look like a line of ours. */
function oneLine(text: string): string {
  return text.replaceAll('\n', '\\n').replaceAll('\r', '\\r');
}

function escapeChat(text: string): string {
  return oneLine(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
