/** The command line as a whole: every command with its arguments and options. Their code is loaded when they run. */
import { Argument, Command, InvalidArgumentError, Option } from 'commander';
import { isDate, parseDuration, parseSize } from '../config/units.ts';
import type { ExitCode } from '../errors.ts';
import { LEVELS } from '../model.ts';
import { LOG_LEVELS } from '../report/log.ts';
import type { CommonOptions, Context, Run } from './context.ts';

const EXIT_CODES = `
Exit codes:
  0 done and clean          1 --fail-on found something   2 usage or config
  3 coverage is incomplete  4 fatal                       11 another scan is running
  12 no source let us in    130, 143 interrupted after a checkpoint`;

const EXAMPLES = `
Examples:
  whereabouts scan ~/work ~/Downloads s3://bucket    look into three places
  whereabouts report                                 who has what, on one page
  whereabouts query --list                           the questions that have an answer ready
  whereabouts explain ~/Downloads/export.csv         why a file has its level
`;

/** The program. `finish` gets the exit code of the command that ran. */
export function createProgram(context: Context, version: string, finish: (code: ExitCode) => void): Command {
  // Commander hands an action its arguments, its own options and the command, in this order; the arguments are of the
  // shape declared beside the action, and `Run` says so once for both.
  const to =
    <Arguments extends readonly unknown[], Options>(load: () => Promise<{ run: Run<Arguments, Options> }>) =>
    async (...parameters: unknown[]) => {
      const command = parameters.at(-1) as Command;
      const { run } = await load();
      const args = parameters.slice(0, -2) as unknown as Arguments;
      finish(await run(context, command.optsWithGlobals<CommonOptions & Options>(), ...args));
    };

  const program = new Command('whereabouts')
    .description(
      'Where does client data live? Scans the places you keep files and keeps the answer in one SQLite file.',
    )
    .version(version, '-V, --version')
    .configureHelp({ showGlobalOptions: true, sortSubcommands: false })
    .option('--config <file>', 'config file (default: whereabouts.yaml, if it is there)')
    .option('--inventory <file>', 'the SQLite file (default: inventory.db)')
    .option('--json', 'machine-readable output on standard output')
    .option('--quiet', 'no progress and no summary; errors only')
    .addOption(
      new Option('--log-level <level>', 'what is told on standard error').choices(LOG_LEVELS).default('warn'),
    )
    .option(
      '--concurrency <n>',
      'most requests and reads at once (default: number of cores)',
      positiveInteger,
    )
    .addHelpText('after', EXAMPLES + EXIT_CODES);

  program.commandsGroup('Look into places:');

  program
    .command('init')
    .description('write a commented whereabouts.yaml')
    .action(to(() => import('./init.ts')));

  program
    .command('scan')
    .description('look into places and bring the inventory up to date')
    .argument(
      '[place...]',
      'names of configured sources, folders or addresses (default: every configured source)',
    )
    .addOption(new Option('--depth <depth>', 'how much is read').choices(['metadata', 'sample', 'full']))
    .option('--full', 'read everything again, changed or not')
    .option('--dry-run', 'list what would be read, with sizes and requests; open nothing, write nothing')
    .option('--max-duration <time>', 'stop at a checkpoint after this long (90s, 2h)', duration)
    .option('--max-bytes <size>', 'stop at a checkpoint after reading this much (10GB)', size)
    .addOption(many('--include <glob>', 'read only what matches (gitignore syntax; may be repeated)'))
    .addOption(many('--exclude <glob>', 'leave out what matches (may be repeated)'))
    .addOption(many('--rules <pack>', 'a rule pack of your own (may be repeated)'))
    .option(
      '--fail-on <what>',
      'exit 1 if there is any: restricted, public-confidential, new-unclassified, gaps ...',
    )
    .addHelpText(
      'after',
      '\n--fail-on takes a comma-separated list. Each is a level (that or higher), "unclassified" or "gaps";' +
        '\n"public-" before it means readable by everybody, "new-" since the last complete scan, and both may be combined.',
    )
    .action(to(() => import('./scan.ts')));

  program
    .command('doctor')
    .description('check this machine, the config, the inventory, and what each source lets us see')
    .addOption(many('--source <name>', 'only this source (may be repeated)'))
    .action(to(() => import('./doctor.ts')));

  program
    .command('discover')
    .description(
      'the buckets, drives and folders that a scan would look into, with their facts; lists nothing in them',
    )
    .argument(
      '[place...]',
      'names of configured sources, folders or addresses (default: every configured source)',
    )
    .action(to(() => import('./discover.ts')));

  program.commandsGroup('Ask the inventory:');

  program
    .command('report')
    .description('the one-page inventory: every place that holds client data, by client and level')
    .addOption(formatOption(['terminal', 'markdown', 'csv', 'json']))
    .action(to(() => import('./report.ts')));

  program
    .command('query')
    .description('answer a question from the inventory: a named one, or your own SQL (read-only)')
    .argument('[question]', 'name of a query (see --list), or an SQL select')
    .option('--list', 'the named queries')
    .addOption(many('--param <key=value>', 'value for :key in the query (may be repeated)'))
    .addOption(
      new Option('--timeout <time>', 'give up after this long').argParser(duration).default(30, '30s'),
    )
    .addOption(formatOption(['table', 'csv', 'json']))
    .action(to(() => import('./query.ts')));

  program
    .command('explain')
    .description('all that is known of one asset, and why it has its level')
    .argument('<asset>', 'a path, a URI or an asset id')
    .action(to(() => import('./explain.ts')));

  program
    .command('where')
    .description(
      "where a person's data is, or a file's; needs the inventory's key, and stores and shows nothing of what you ask",
    )
    .argument(
      '[what]',
      'a file, or a value; better give a value on standard input: arguments stay in the shell history',
    )
    .option('--value', 'what is a value, even if a file has that name')
    .action(to(() => import('./where.ts')));

  program
    .command('diff')
    .description('what changed: in the last run of each source, or between two runs')
    .argument('[from]', 'number of a run: what changed after it')
    .argument('[to]', 'number of a run: what changed up to it')
    .action(to(() => import('./diff.ts')));

  program.commandsGroup('Watch and decide:');

  program
    .command('alerts')
    .description('what a person must look at: open alerts, each raised once')
    .option('--all', 'those that are closed too')
    .option('--mail', 'as a message for sendmail -t; nothing when there are none')
    .option('--close <id>', 'you have looked at it: takes --by and --reason', positiveInteger)
    .option('--reason <text>', 'why it needs no more attention')
    .option('--by <name>', 'who says so')
    .action(to(() => import('./alerts.ts')));

  program
    .command('check')
    .description('exit 1 and tell what alerts the last scans raised; say nothing otherwise')
    .option('--fail-on <types>', 'only these types of alerts (comma-separated; default: all)')
    .option('--open', 'every alert that is still open, not only the new ones')
    .action(to(() => import('./check.ts')));

  program
    .command('classify')
    .description('record what you decide: the level of an asset, a copy group or whatever a glob matches')
    .argument('<what>', 'an asset (path, URI or id), group:N, or a glob such as "laptop:drafts/**"')
    .addOption(
      new Option('--level <level>', 'the level that holds, above or below what was found').choices(LEVELS),
    )
    .option('--withdraw', 'take back what was decided before')
    .requiredOption('--reason <text>', 'why; shown to whoever asks')
    .requiredOption('--by <name>', 'who decides')
    .option('--expires <date>', 'first day on which it no longer holds (YYYY-MM-DD)', date)
    .action(to(() => import('./classify.ts')));

  program
    .commandsGroup('See what there is to set:')
    .addHelpCommand(
      new Command('help')
        .argument('[command]')
        .description('how a command is used')
        .helpGroup('See what there is to set:'),
    );

  program
    .command('sources')
    .description('the sources in the config and in the inventory')
    .action(to(() => import('./sources.ts')));

  program
    .command('connectors')
    .description('the kinds of places that can be scanned, and their options')
    .action(to(() => import('./connectors.ts')));

  addRules(program, to);

  program
    .command('key')
    .description('the key that copies and people are recognised with: FILE.key beside the inventory')
    .command('rotate')
    .description('make a new one; the next scan reads everything again')
    .action(to(async () => ({ run: (await import('./key.ts')).rotate })));

  program
    .command('completion')
    .description('print a completion script: source <(whereabouts completion bash)')
    .addArgument(new Argument('<shell>').choices(['bash', 'zsh', 'fish']))
    .action((shell: string) =>
      to(async () => {
        const { complete } = await import('./completion.ts');
        return { run: (runContext: Context) => complete(runContext, program, shell) };
      })(undefined, program),
    );

  return program;
}

type To = <Arguments extends readonly unknown[], Options>(
  load: () => Promise<{ run: Run<Arguments, Options> }>,
) => (...parameters: unknown[]) => Promise<void>;

function addRules(program: Command, to: To): void {
  const rules = program.command('rules').description('the rules that find things');
  rules
    .command('list', { isDefault: true })
    .description('every rule: id, family, level, title')
    .action(to(async () => ({ run: (await import('./rules.ts')).list })));
  rules
    .command('test')
    .description("hold rules to their own examples: the built-in ones, or your packs'")
    .argument('[pack...]', 'YAML rule packs')
    .action(to(async () => ({ run: (await import('./rules.ts')).test })));
  rules
    .command('show')
    .description('one rule in plain words, with its sources')
    .argument('<id>', 'the rule, such as us-ssn')
    .action(to(async () => ({ run: (await import('./rules.ts')).show })));
}

/** An option that may be given several times. */
function many(flags: string, description: string): Option {
  return new Option(flags, description).argParser(collect).default([], 'none');
}

function formatOption(choices: readonly string[]): Option {
  return new Option('--format <format>', 'how it is written').choices(choices);
}

function collect(value: string, values: readonly string[]): readonly string[] {
  return [...values, value];
}

function positiveInteger(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1)
    throw new InvalidArgumentError('Write a whole number above 0.');
  return value;
}

function duration(text: string): number {
  const seconds = parseDuration(text);
  if (seconds === undefined) throw new InvalidArgumentError('Write a duration such as 90s, 15m or 2h.');
  return seconds;
}

function date(text: string): string {
  if (!isDate(text)) throw new InvalidArgumentError('Write a date as YYYY-MM-DD.');
  return text;
}

function size(text: string): number {
  const bytes = parseSize(text);
  if (bytes === undefined) throw new InvalidArgumentError('Write a size such as 500MB or 10GB.');
  return bytes;
}
