/** `whereabouts connectors`: the kinds of places that can be scanned, what each can do, and its options. */
import type { ConnectorModule, OptionSpec } from '../connector.ts';
import { EXIT } from '../errors.ts';
import { loadConnectors } from '../registry.ts';
import { createStyle, type Style } from '../report/style.ts';
import { formatTable } from '../report/table.ts';
import type { CommonOptions, Run } from './context.ts';

export const run: Run<[], CommonOptions> = async (context, options) => {
  const modules = await loadConnectors();
  if (options.json) {
    for (const { kind, title, category, features, options: specs } of modules) {
      context.stdout.write(`${JSON.stringify({ kind, title, category, features, options: specs })}\n`);
    }
    return EXIT.ok;
  }
  const style = createStyle(context.stdout);
  context.stdout.write(`${modules.map((module) => describe(module, style)).join('\n\n')}\n`);
  return EXIT.ok;
};

function describe(module: ConnectorModule, style: Style): string {
  const { features } = module;
  const abilities = [
    features.range && 'reads parts of files',
    features.grants && 'who may read',
    features.labels && 'labels',
    features.digests.length > 0 && `digests (${features.digests.join(', ')})`,
    features.delta && 'lists changes only',
    features.trash && 'trash',
  ].filter((ability) => ability !== false);
  const options = Object.entries(module.options).map(([name, spec]) => [
    `  ${name}`,
    kindOf(spec),
    spec.description,
  ]);
  return [
    `${style.bold(module.kind)}  ${module.title} (${module.category})`,
    `  ${abilities.join(', ') || 'listing and reading'}`,
    formatTable([{ title: '' }, { title: '' }, { title: '', width: 60 }], options),
  ].join('\n');
}

function kindOf(spec: OptionSpec): string {
  const type = spec.secret ? 'secret' : (spec.format ?? spec.type);
  return spec.required ? `${type}, required` : type;
}
