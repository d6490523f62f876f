/** Sends alerts through the configured channels; a channel that fails is told about, tried again by the next run, and fails nothing. */
import type { ChannelConfig } from '../config.ts';
import { messageOf } from '../errors.ts';
import type { AlertView } from '../inventory/deliveries.ts';
import { chatMessage, jsonMessage, type MessageContext } from './message.ts';
import { writeMetrics } from './metrics.ts';

/** A server that says nothing for so long is taken for dead. */
const TIMEOUT = 10_000;

export interface SendOptions extends MessageContext {
  readonly fetch: typeof fetch;
  /** Metrics of the inventory as it is now, in Prometheus' text format. */
  readonly metrics: () => string;
  /** The scan came to an end that is worth a sign of life. */
  readonly alive: boolean;
  readonly signal: AbortSignal;
}

/** What an attempt came to: null when it arrived, or there was nothing to send. Never throws, and never tells the address. */
export async function send(
  channel: ChannelConfig,
  alerts: readonly AlertView[],
  options: SendOptions,
): Promise<string | null> {
  try {
    switch (channel.to) {
      case 'webhook':
        if (alerts.length > 0) await post(channel, jsonMessage(alerts, options), options);
        break;
      case 'slack':
        if (alerts.length > 0) await post(channel, chatMessage(alerts, options), options);
        break;
      case 'ping':
        if (options.alive) await request(channel, { method: 'GET' }, options);
        break;
      case 'textfile':
        writeMetrics(channel.target, options.metrics());
    }
    return null;
  } catch (error) {
    return reasonOf(error).replaceAll(
      channel.target,
      channel.to === 'textfile' ? channel.target : '[address]',
    );
  }
}

function post(channel: ChannelConfig, body: unknown, options: SendOptions): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  return request(channel, { method: 'POST', headers, body: JSON.stringify(body) }, options);
}

async function request({ target }: ChannelConfig, init: RequestInit, options: SendOptions): Promise<void> {
  const signal = AbortSignal.any([options.signal, AbortSignal.timeout(TIMEOUT)]);
  const response = await options.fetch(target, { ...init, signal, redirect: 'error' });
  await response.body?.cancel();
  if (!response.ok) throw new Error(`it answered ${response.status}`);
}

/** fetch hides what went wrong behind "fetch failed". */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause === undefined ? messageOf(error) : `${messageOf(error)}: ${messageOf(cause)}`;
}
