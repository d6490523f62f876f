/** All that is known of one asset, for a person who asks why it has its level. */
import type { Explanation } from '../inventory/explain.ts';
import { levelRank } from '../model.ts';
import { forTerminal } from './escape.ts';
import { formatCount, formatSize } from './format.ts';
import type { Style } from './style.ts';
import { wrap } from './wrap.ts';

/** Places, copies and events that are shown before `and 3 more`. */
const SHOWN = 5;
const LABEL = 14;

export interface ExplanationOptions {
  readonly style: Style;
  /** Characters. */
  readonly width: number;
}

/** The explanation as text; ends with a line end. */
export function formatExplanation(explanation: Explanation, options: ExplanationOptions): string {
  const { asset } = explanation;
  const { style } = options;
  const sections = [
    [style.bold(`${forTerminal(asset.source)}: ${forTerminal(asset.path)}`), ...facts(explanation, options)],
    section('Found', foundLines(explanation, options), style),
    section('Who can read it', grantLines(explanation), style),
    section('The same data', copyLines(explanation), style),
    section('Not read', gapLines(explanation), style),
    section('History', eventLines(explanation), style),
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

function section(title: string, lines: readonly string[], style: Style): readonly string[] {
  return lines.length === 0 ? [] : [style.bold(title), ...lines.map((line) => `  ${line}`)];
}

function facts(
  { asset, digests, sample }: Explanation,
  { style, width }: ExplanationOptions,
): readonly string[] {
  const declared = asset.declared_level === null ? '' : `${asset.declared_level}, by ${asset.declared_by}`;
  const client = asset.client === null ? 'not known' : `${asset.client} (${asset.client_why})`;
  const kind = [asset.format, asset.media_type].filter((part) => part !== null).join(', ');
  const rows: readonly (readonly [string, string])[] = [
    ['level', `${asset.level ?? 'unknown'} (${asset.basis ?? 'nothing is known'}), ${asset.status}`],
    ['why', asset.why],
    ['declared', declared],
    ['client', client],
    ['exposure', asset.exposure],
    ['owner', asset.owner ?? 'not known'],
    ['read', asset.coverage],
    ...sampleRows(sample),
    ['kind', kind],
    [
      'size',
      asset.size === null ? 'not known' : `${formatSize(asset.size)} (${formatCount(asset.size)} bytes)`,
    ],
    ['changed', asset.modified_at ?? 'not known'],
    ['seen', `first ${asset.first_seen}, last ${asset.last_seen}`],
    ['removed', asset.removed_at ?? ''],
    ['environment', asset.environment ?? ''],
    ...digests.map(({ algorithm, value }) => [algorithm, value] as const),
    ['uri', asset.uri],
    ['asset id', String(asset.asset_id)],
  ];
  return rows
    .filter(([, value]) => value !== '')
    .map(([label, value]) => {
      const text = wrap(forTerminal(value), { width, indent: LABEL + 2 })
        .join('\n')
        .trimStart();
      const shown = label === 'level' ? style.level(asset.level, text) : text;
      return `  ${style.dim(label.padEnd(LABEL))}${shown}`;
    });
}

/** How much was read, and what that says about the rest. */
function sampleRows(sample: Explanation['sample']): readonly (readonly [string, string])[] {
  if (sample === undefined) return [];
  const { how, unit, read, total, draws, rows, seed, says } = sample;
  const of = total === null ? '' : ` of ${formatCount(total)} (${percent(read / total)})`;
  const drawn = draws === 0 ? 'the head' : `${formatCount(draws)} ${how} drawn with seed ${seed}`;
  const held = rows === 0 ? '' : `, ${formatCount(rows)} rows or lines in them`;
  return [
    ['sample', `${formatCount(read)}${of} ${unit}: ${drawn}${held}`],
    ['not found', says],
  ];
}

function percent(share: number): string {
  return `${Number((100 * share).toPrecision(2))} %`;
}

function foundLines({ findings }: Explanation, { style, width }: ExplanationOptions): readonly string[] {
  const bySeverity = findings.toSorted((a, b) => levelRank(b.level) - levelRank(a.level));
  return bySeverity.flatMap((finding) => {
    const {
      title,
      rule,
      level,
      confidence,
      count,
      distinct_count: distinct,
      places,
      shape,
      why,
      regulations,
      fingerprint,
      suppressed,
    } = finding;
    const low = confidence === 'low' ? ', too low to set a level' : '';
    const said = [
      `${confidence} confidence${low}: ${why}`,
      `${formatCount(count)} found, ${formatCount(distinct)} of them different${shape === '' ? '' : `, such as ${shape}`}`,
      `at ${listed(places)}`,
      regulations.join(', '),
      suppressed === null ? '' : `suppressed, sets no level: ${suppressed}`,
      `fingerprint ${fingerprint}`,
    ];
    return [
      `${style.level(level, level)}  ${forTerminal(title)} ${style.dim(`(${rule})`)}`,
      ...said
        .filter((line) => line !== '')
        .flatMap((line) => wrap(forTerminal(line), { width: width - 2, indent: 2 }))
        .map(style.dim),
    ];
  });
}

function grantLines({ grants }: Explanation): readonly string[] {
  return grants.map(({ principal, kind, role, via, current, last_seen: seen }) =>
    forTerminal(`${principal} (${kind}): ${role}, by ${via}${current === 'yes' ? '' : `, until ${seen}`}`),
  );
}

function copyLines({ asset, copies }: Explanation): readonly string[] {
  return copies.map(({ source, uri, member, part, evidence }) => {
    const inside = member === null ? '' : `!/${member}`;
    const table = part === null || part === '' ? '' : ` (${part})`;
    const own = uri === asset.uri && member === null ? ' (this one)' : '';
    return `${forTerminal(`${source}: ${uri}${inside}${table}`)}${own}: ${evidence}`;
  });
}

function gapLines({ gaps }: Explanation): readonly string[] {
  return gaps.map(({ reason, message, place, advice }) =>
    forTerminal(`${reason}${place === null ? '' : ` (${place})`}: ${message}; ${advice}`),
  );
}

function eventLines({ events }: Explanation): readonly string[] {
  const recent = events.slice(-SHOWN);
  const earlier = events.length - recent.length;
  return [
    ...(earlier > 0 ? [`${earlier} earlier`] : []),
    ...recent.map(({ at, type, run_id: run }) => `${at}  ${type} (run ${run})`),
  ];
}

function listed(places: readonly string[]): string {
  const more = places.length - SHOWN;
  return `${places.slice(0, SHOWN).join('; ')}${more > 0 ? ` and ${more} more places` : ''}`;
}
