/** `whereabouts discover`: the containers that a scan would look into, with their facts; nothing in them is listed. */
import { selectSources } from '../config/sources.ts';
import type { SourceConfig } from '../config.ts';
import type { ConnectorModule, Container } from '../connector.ts';
import { EXIT, messageOf } from '../errors.ts';
import { forTerminal, linesForTerminal } from '../report/escape.ts';
import { createRedactor, jsonLine } from '../report/redact.ts';
import { createStyle, type Style } from '../report/style.ts';
import { connectSource } from './connect.ts';
import type { CommonOptions, Context, Run } from './context.ts';
import { loadConfigFile } from './load.ts';

/** Exit code 12 when no source lets us in, 3 when some do not. */
export const run: Run<[places: readonly string[]], CommonOptions> = async (context, options, places) => {
  const { modules, file } = await loadConfigFile(context, options);
  const overrides = { include: [], exclude: [] };
  const sources = selectSources(places, { ...context, file, modules, overrides });
  const redact = createRedactor(context.env);
  const style = createStyle(context.stdout);
  let shut = 0;
  for (const source of sources) {
    try {
      for await (const container of discover(source, modules, context)) {
        const { access, ...facts } = container;
        const told = { source: source.name, ...facts, exposure: access?.exposure ?? 'unknown' };
        context.stdout.write(
          options.json
            ? jsonLine(told, redact)
            : `${redact(formatContainer(source.name, container, style))}\n`,
        );
      }
    } catch (error) {
      shut += 1;
      context.stderr.write(
        `${style.bad('error')}: ${linesForTerminal(redact(`${source.name}: ${messageOf(error)}`))}\n`,
      );
    }
  }
  if (shut === 0) return EXIT.ok;
  return shut === sources.length ? EXIT.noAccess : EXIT.incomplete;
};

async function* discover(
  source: SourceConfig,
  modules: readonly ConnectorModule[],
  context: Context,
): AsyncGenerator<Container, void, undefined> {
  await using connector = await connectSource(source, modules, context);
  const { signal } = context.interruptible();
  await connector.check(signal);
  yield* connector.discover(signal);
}

/** Some lines; what is not known says so. */
function formatContainer(source: string, container: Container, style: Style): string {
  const { access, labels } = container;
  const readers = [...new Set((access?.grants ?? []).map(({ principal }) => principal))];
  const shown = readers.slice(0, READERS).join(', ');
  const more = readers.length > READERS ? ` and ${readers.length - READERS} more` : '';
  const facts: readonly (readonly [string, string])[] = [
    ['provider', [container.provider, container.account ?? ''].filter((part) => part !== '').join(', ')],
    ['region', container.region ?? 'unknown'],
    ['encryption', container.encryption ?? 'unknown'],
    ['exposure', `${access?.exposure ?? 'unknown'}${readers.length > 0 ? `: ${shown}${more}` : ''}`],
    ['public access', container.publicAccess],
    ['versioning', container.versioning],
    ['logging', container.logging],
    [
      'labels',
      Object.entries(labels)
        .map(([key, value]) => `${key}=${value}`)
        .join(', '),
    ],
  ];
  const lines = facts
    .filter(([, fact]) => fact !== '')
    .map(([name, fact]) => `  ${style.dim(name.padEnd(14))}${forTerminal(fact)}`);
  return [
    `${style.bold(forTerminal(`${source}: ${container.name}`))}  ${forTerminal(container.uri)}`,
    ...lines,
  ].join('\n');
}

/** Principals that are named; the inventory has all of them. */
const READERS = 10;
