/** After the sources are scanned: alerts are raised, and those that have not arrived yet are sent. */
import { hostname } from 'node:os';
import type { AlertConfig, Config } from '../config.ts';
import { formatMetrics } from '../delivery/metrics.ts';
import { send } from '../delivery/send.ts';
import type { InventoryWriter } from '../inventory/types.ts';
import { levelRank } from '../model.ts';

export interface AlarmOptions {
  readonly writer: InventoryWriter;
  readonly config: Pick<Config, 'alerts'>;
  /** Runs that have just ended. */
  readonly runIds: readonly number[];
  /** ISO 8601 UTC. */
  readonly at: string;
}

/** Raises what is new and closes what is settled; gives the numbers of the new alerts. */
export function raiseAlerts({ writer, config, runIds, at }: AlarmOptions): readonly number[] {
  const { level, staleDays, coverageDrop, sources } = config.alerts;
  return writer.raiseAlerts({ runIds, sources, levelRank: levelRank(level), staleDays, coverageDrop, at });
}

export interface DeliverOptions {
  readonly writer: InventoryWriter;
  readonly alerts: AlertConfig;
  /** Every source was scanned, so the dead-man switch is told. */
  readonly alive: boolean;
  readonly at: string;
  readonly signal: AbortSignal;
  readonly warn: (message: string) => void;
}

/** Tries every channel once. What fails is told, kept, and tried again the next time; nothing is thrown. */
export async function deliverAlerts(options: DeliverOptions): Promise<void> {
  const { writer, alerts, at, warn } = options;
  for (const channel of alerts.channels) {
    const pending = writer.undelivered(channel.name);
    const error = await send(channel, pending, {
      ...options,
      host: hostname(),
      fetch,
      metrics: () => formatMetrics(writer.metrics()),
    });
    const wanted = channel.to === 'webhook' || channel.to === 'slack';
    const sent = wanted ? pending.map(({ alert_id }) => alert_id) : [];
    writer.noteDelivery(channel.name, { at, alerts: sent, error });
    if (error !== null)
      warn(`alerts could not be delivered to ${channel.name}: ${error}; the next scan tries again`);
  }
}
