/** `whereabouts check`: the gate for cron. Says nothing and ends with 0, or tells what is new and ends with 1. */
import { resolveAlerts } from '../config/alerts.ts';
import { EXIT, UserError } from '../errors.ts';
import { readAlerts } from '../inventory/alert-list.ts';
import { ALERT_NAMES } from '../inventory/alert-types.ts';
import { acquireLock } from '../inventory/lock.ts';
import { openReader } from '../inventory/read.ts';
import { openWriter } from '../inventory/writer.ts';
import { formatAlerts } from '../report/alerts.ts';
import { plural } from '../report/format.ts';
import { createStyle } from '../report/style.ts';
import { raiseAlerts } from '../scan/alarm.ts';
import type { CommonOptions, Context, Run } from './context.ts';
import { findInventory, loadConfigFile } from './load.ts';

export interface CheckOptions extends CommonOptions {
  /** Comma-separated types of alerts. */
  readonly failOn?: string;
  readonly open?: true;
}

/** Looks at what time alone has brought about, such as a source that nobody scans any more, before it reads. */
export const run: Run<[], CheckOptions> = async (context, options) => {
  const types = typesOf(options.failOn);
  const inventory = await findInventory(context, options);
  await refresh(context, inventory, options);
  const reader = openReader(inventory);
  try {
    const open = readAlerts(reader, { open: true, types });
    const fresh = readAlerts(reader, { open: true, last: true, types });
    const told = options.open ? open : fresh;
    if (options.json) for (const alert of told) context.stdout.write(`${JSON.stringify(alert)}\n`);
    else if (!options.quiet && told.length > 0)
      context.stdout.write(
        formatAlerts(told, { style: createStyle(context.stdout), columns: context.stdout.columns }),
      );
    const older = open.length - fresh.length;
    // cron mails what is written anywhere: only somebody who looks on is told.
    if (older > 0 && context.stderr.isTTY && !options.open && !options.quiet)
      context.stderr.write(`${plural(older, 'older alert')} still open: whereabouts alerts\n`);
    return told.length > 0 ? EXIT.gate : EXIT.ok;
  } finally {
    reader.close();
  }
};

/** @throws UserError naming what may be written */
function typesOf(text: string | undefined): readonly string[] {
  if (text === undefined) return ALERT_NAMES;
  const types = text.split(',').map((part) => part.trim());
  const unknown = types.find((type) => !ALERT_NAMES.some((name) => name === type));
  if (unknown === undefined) return types;
  throw new UserError(`--fail-on does not know "${unknown}"; write some of ${ALERT_NAMES.join(', ')}`);
}

async function refresh(context: Context, inventory: string, options: CheckOptions): Promise<void> {
  const { file } = await loadConfigFile(context, options);
  // Nothing is sent, so the channels' addresses need not be known here.
  const alerts = resolveAlerts(file, { ...context, withoutChannels: true });
  // Says what is wrong with an inventory that is not there, instead of making one.
  openReader(inventory).close();
  const at = context.now().toISOString();
  const release = acquireLock(inventory, at);
  try {
    const writer = openWriter(inventory);
    try {
      raiseAlerts({ writer, config: { alerts }, runIds: [], at });
    } finally {
      writer.close();
    }
  } finally {
    release();
  }
}
