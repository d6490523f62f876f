/** `whereabouts doctor`: checks this machine, the config, the inventory, and what each source lets us see. */
import { existsSync, statSync } from 'node:fs';
import { inventoryPath } from '../config/resolve.ts';
import { selectSources } from '../config/sources.ts';
import { resolveSuppressions } from '../config/suppressions.ts';
import type { SourceConfig } from '../config.ts';
import type { ConnectorModule } from '../connector.ts';
import { EXIT, type ExitCode, messageOf } from '../errors.ts';
import { openReader } from '../inventory/read.ts';
import { linesForTerminal } from '../report/escape.ts';
import { createRedactor, jsonLine, type Redactor } from '../report/redact.ts';
import { createStyle } from '../report/style.ts';
import { connectSource } from './connect.ts';
import type { CommonOptions, Context, Run } from './context.ts';
import { loadConfigFile } from './load.ts';

/** Seconds that one source has to answer. */
const PATIENCE = 30;

export interface DoctorOptions extends CommonOptions {
  readonly source: readonly string[];
}

/** One thing that was looked at. */
interface Check {
  readonly check: string;
  readonly ok: boolean;
  readonly message: string;
  readonly notes: readonly string[];
}

/** Exit code 12 when no source lets us in, 4 when the inventory cannot be read, 3 when some source does not let us in. */
export const run: Run<[], DoctorOptions> = async (context, options) => {
  const { modules, file } = await loadConfigFile(context, options);
  const redact = createRedactor(context.env);
  const tell = teller(context, options.json === true, redact);
  resolveSuppressions(file, context.now().toISOString().slice(0, 10));
  tell(passed('program', `Node.js ${process.version}`));
  tell(
    passed(
      'config',
      file === undefined ? 'none; arguments and defaults are used' : 'whereabouts.yaml has no mistakes',
    ),
  );
  const inventory = checkInventory(inventoryPath(options.inventory, file, context));
  tell(inventory);

  const configured = file?.document.sources ?? [];
  const names = options.source.length > 0 ? options.source : configured.map(({ name }) => name);
  const overrides = { include: [], exclude: [] };
  const checks: Check[] = [];
  for (const name of names) {
    const select = () => selectSources([name], { ...context, file, modules, overrides });
    // A name that means nothing is a mistake of this command line; what the config lacks of a source is that source's.
    if (!configured.some((source) => source.name === name)) select();
    const check = await checkSource(name, select, { modules, context });
    tell(check);
    checks.push(check);
  }
  return exitCodeOf(inventory, checks);
};

function exitCodeOf(inventory: Check, sources: readonly Check[]): ExitCode {
  if (!inventory.ok) return EXIT.fatal;
  const shut = sources.filter(({ ok }) => !ok).length;
  if (shut === 0) return EXIT.ok;
  return shut === sources.length ? EXIT.noAccess : EXIT.incomplete;
}

function teller(context: Context, json: boolean, redact: Redactor): (check: Check) => void {
  const style = createStyle(context.stdout);
  return (check) => {
    if (json) {
      context.stdout.write(jsonLine(check, redact));
      return;
    }
    const mark = check.ok ? style.good('ok  ') : style.bad('fail');
    const lines = [`${check.check}: ${check.message}`, ...check.notes.map((note) => `      ${note}`)];
    context.stdout.write(`${mark}  ${linesForTerminal(redact(lines.join('\n')))}\n`);
  };
}

function passed(check: string, message: string, notes: readonly string[] = []): Check {
  return { check, ok: true, message, notes };
}

function checkInventory(path: string): Check {
  if (!existsSync(path)) return passed('inventory', `${path} is not there yet; the first scan makes it`);
  try {
    openReader(path).close();
  } catch (error) {
    return { check: 'inventory', ok: false, message: messageOf(error), notes: [] };
  }
  const mode = statSync(path).mode & 0o777;
  const loose = (mode & 0o077) !== 0 && process.platform !== 'win32';
  const notes = loose
    ? [`others on this machine can read it (mode ${mode.toString(8)}); run: chmod 600 ${path}`]
    : [];
  return passed('inventory', path, notes);
}

async function checkSource(
  name: string,
  select: () => readonly SourceConfig[],
  { modules, context }: { readonly modules: readonly ConnectorModule[]; readonly context: Context },
): Promise<Check> {
  const check = `source ${name}`;
  const signal = AbortSignal.timeout(PATIENCE * 1000);
  try {
    const [source] = select();
    if (source === undefined) throw new Error(`no source ${name}`);
    await using connector = await connectSource(source, modules, context);
    const { principal, account, notes } = await connector.check(signal);
    return passed(check, `we are ${principal}${account === null ? '' : ` in ${account}`}`, notes);
  } catch (error) {
    const message = signal.aborted ? `no answer in ${PATIENCE} seconds` : messageOf(error);
    return { check, ok: false, message, notes: [] };
  }
}
