/** The most sensitive assets on the summary screen: three lines each, with copies of one content told once. */
import type { Evidence } from '../inventory/evidence.ts';
import type { SensitiveAsset } from '../inventory/summary.ts';
import { forTerminal } from './escape.ts';
import { formatCount } from './format.ts';
import type { Style } from './style.ts';
import { clientOf, reachOf, statusOf } from './words.ts';
import { tail, wrap } from './wrap.ts';

/** An asset with its evidence. */
export interface Highlight {
  readonly asset: SensitiveAsset;
  readonly evidence: Evidence;
}

/** Pairs assets with their evidence, keeps one of each group of copies, and at most `limit`. */
export function pickHighlights(
  assets: readonly SensitiveAsset[],
  evidence: readonly Evidence[],
  limit: number,
): readonly Highlight[] {
  const byId = new Map(evidence.map((entry) => [entry.assetId, entry]));
  const told = new Set<number>();
  const highlights: Highlight[] = [];
  for (const asset of assets) {
    const entry = byId.get(asset.assetId);
    if (entry === undefined || (entry.copyGroup !== null && told.has(entry.copyGroup))) continue;
    if (entry.copyGroup !== null) told.add(entry.copyGroup);
    highlights.push({ asset, evidence: entry });
  }
  return highlights.slice(0, limit);
}

/** The list as text; `width` in characters. */
export function formatHighlights(highlights: readonly Highlight[], style: Style, width: number): string {
  return highlights
    .flatMap(({ asset, evidence }, index) => {
      const level = asset.level ?? 'unknown';
      const place = wrap(`${forTerminal(asset.source)}: ${forTerminal(asset.path)}`, { width, indent: 18 });
      const facts = [
        `client ${forTerminal(clientOf(asset.client, asset.clientBasis) ?? 'unknown')}`,
        statusOf(asset.status),
        reachOf(asset.exposure, asset.readers.map(forTerminal)),
      ];
      return [
        `${String(index + 1).padStart(2)}  ${style.level(asset.level, level.padEnd(12))}  ${place.join('\n').trimStart()}`,
        ...wrap(whyOf(asset, evidence, width - 4), { width, indent: 4 }),
        ...copiesOf(asset, evidence, width).map(style.warn),
        ...wrap(facts.join(' · '), { width, indent: 4 }).map(style.dim),
      ];
    })
    .join('\n');
}

/** What was found, as much as fits a line; the whole reason is what `explain` is for. */
function whyOf(asset: SensitiveAsset, { found, rules }: Evidence, room: number): string {
  const named = found.map(({ title, count }) => `${formatCount(count)} × ${forTerminal(title)}`);
  if (named.length === 0) return forTerminal(asset.why);
  const told = (shown: number) => {
    const more = rules - shown;
    return `${named.slice(0, shown).join(', ')}${more > 0 ? ` + ${more} more` : ''}`;
  };
  let shown = named.length;
  while (shown > 1 && told(shown).length > room) shown -= 1;
  return told(shown);
}

function copiesOf(asset: SensitiveAsset, { copies }: Evidence, width: number): readonly string[] {
  const others = copies.filter((uri) => uri !== asset.uri).map((uri) => forTerminal(readable(uri)));
  const [first] = others;
  if (first === undefined) return [];
  const more = others.length > 1 ? ` and ${others.length - 1} more` : '';
  return wrap(`same data in ${tail(first, width - 30)}${more}`, { width, indent: 4 });
}

/** A file's path instead of its uri; anything else as it is. */
function readable(uri: string): string {
  if (!uri.startsWith('file://')) return uri;
  try {
    return decodeURIComponent(uri.slice('file://'.length));
  } catch (error) {
    // Bytes that are not UTF-8 stay percent-encoded.
    if (error instanceof URIError) return uri;
    throw error;
  }
}
