/** `whereabouts alerts`: what a person must look at, and the person's word that it was looked at. */
import { hostname } from 'node:os';
import { EXIT, UserError } from '../errors.ts';
import { readAlerts } from '../inventory/alert-list.ts';
import { acquireLock } from '../inventory/lock.ts';
import { openReader } from '../inventory/read.ts';
import { openWriter } from '../inventory/writer.ts';
import { formatAlerts, mailOf } from '../report/alerts.ts';
import { createStyle } from '../report/style.ts';
import type { CommonOptions, Context, Run } from './context.ts';
import { findInventory } from './load.ts';

export interface AlertsOptions extends CommonOptions {
  readonly all?: true;
  readonly mail?: true;
  /** Number of an alert. */
  readonly close?: number;
  readonly reason?: string;
  readonly by?: string;
}

export const run: Run<[], AlertsOptions> = async (context, options) => {
  const inventory = await findInventory(context, options);
  if (options.close !== undefined) return close(context, inventory, options);
  const reader = openReader(inventory);
  try {
    const alerts = readAlerts(reader, { open: options.all !== true });
    const { stdout } = context;
    if (options.json) for (const alert of alerts) stdout.write(`${JSON.stringify(alert)}\n`);
    // Nothing to tell, no mail.
    else if (options.mail) stdout.write(alerts.length === 0 ? '' : mailOf(alerts, hostname()));
    else if (alerts.length > 0)
      stdout.write(formatAlerts(alerts, { style: createStyle(stdout), columns: stdout.columns }));
    else if (!options.quiet) stdout.write('no open alerts\n');
    return EXIT.ok;
  } finally {
    reader.close();
  }
};

/** @throws UserError without name or reason, for an alert that is not open, or while a scan holds the inventory */
function close(context: Context, inventory: string, { close: id, reason, by, quiet }: AlertsOptions) {
  if (id === undefined || reason === undefined || by === undefined)
    throw new UserError('closing an alert takes a person and a reason: add --by NAME and --reason WHY');
  const at = context.now().toISOString();
  openReader(inventory).close();
  const release = acquireLock(inventory, at);
  try {
    const writer = openWriter(inventory);
    try {
      if (!writer.closeAlert(id, `closed by ${by}: ${reason}`, at))
        throw new UserError(`there is no open alert ${id}; "whereabouts alerts" lists them`);
    } finally {
      writer.close();
    }
  } finally {
    release();
  }
  if (!quiet) context.stdout.write(`alert ${id} is closed\n`);
  return EXIT.ok;
}
