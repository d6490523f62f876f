/** A person's decision: recorded, and what it is about classified at once, without reading anything. */
import { createClassifier } from '../classify/index.ts';
import type { Policy } from '../classify/policy.ts';
import type { PolicyConfig } from '../config/resolve.ts';
import { loadRules } from '../detect/load.ts';
import { extractorVersion } from '../extract/version.ts';
import { compileGlobs, parseSourceGlob } from '../globs.ts';
import type { AssetPlace, NewDecision } from '../inventory/decisions.ts';
import { acquireLock } from '../inventory/lock.ts';
import type { ClassifiableAsset, Classification, InventoryWriter, LastRun } from '../inventory/types.ts';
import { openWriter } from '../inventory/writer.ts';
import { policyDigest, policyOf } from './identity.ts';

const BATCH = 1000;

export interface DecideOptions {
  readonly config: PolicyConfig & Pick<Policy, 'sources'>;
  readonly decision: Omit<NewDecision, 'target'> & {
    readonly target: { readonly glob: string } | { readonly assets: readonly NamedAsset[] };
  };
  readonly now: Date;
}

/** An asset by its place and its row. */
export interface NamedAsset extends AssetPlace {
  readonly assetId: number;
}

/** One asset that the decision is about, as it stands now. */
export interface Decided extends NamedAsset {
  readonly classification: Classification;
}

export interface DecideResult {
  /** Number of the decision. */
  readonly decision: number;
  readonly assets: readonly Decided[];
}

/**
 * Records a decision and classifies what it is about anew, without reading.
 * @throws UserError exit 11 while a scan holds the inventory, 2 for a mistake in the rules, 4 when it cannot be written
 */
export async function decide({ config, decision, now }: DecideOptions): Promise<DecideResult> {
  const at = now.toISOString();
  const release = acquireLock(config.inventory, at);
  try {
    const { ruleset } = await loadRules({
      ...config.rules,
      clients: config.clients,
      suppressed: config.suppressions.map(({ rule }) => rule),
      extractorVersion: extractorVersion(config),
    });
    const writer = openWriter(config.inventory);
    try {
      writer.syncSuppressions(config.suppressions);
      const runs = writer.lastRuns();
      const others = runs.filter(({ source }) => !config.sources.some(({ name }) => name === source));
      const sources = [...config.sources, ...others.map(({ source }) => ({ name: source, client: null }))];
      const policy = () =>
        policyOf({ ...config, sources }, ruleset, {
          decisions: writer.decisions(),
          sidecars: writer.sidecars(),
          today: at.slice(0, 10),
        });
      const before = policy();
      const id = writer.decide(decision, at);
      const after = policy();
      const assets = runs.flatMap((run) => {
        const decided = classifyNamed(writer, { run, policy: after, target: decision.target, at });
        // Nothing else of the source changes with this decision: the next scan need not classify it all anew.
        if (run.policyDigest === policyDigest(before, ruleset, run.source))
          writer.setPolicy(run.sourceId, policyDigest(after, ruleset, run.source));
        return decided;
      });
      writer.settleAlerts(at);
      return { decision: id, assets };
    } finally {
      writer.close();
    }
  } finally {
    release();
  }
}

interface Classifying {
  readonly run: LastRun;
  readonly policy: Policy;
  readonly target: DecideOptions['decision']['target'];
  readonly at: string;
}

function classifyNamed(
  writer: InventoryWriter,
  { run, policy, target, at }: Classifying,
): readonly Decided[] {
  const classify = createClassifier(policy);
  const decided: Decided[] = [];
  for (const batch of 'glob' in target
    ? matching(writer, run, policy, target.glob)
    : named(writer, run, target.assets)) {
    const changed = batch.map((asset) => ({
      ...{ assetId: asset.assetId, source: asset.source, uri: asset.uri },
      classification: classify(asset),
    }));
    writer.reclassify(run.runId, at, changed);
    decided.push(...changed);
  }
  return decided;
}

function* named(
  writer: InventoryWriter,
  { source }: LastRun,
  assets: readonly NamedAsset[],
): Iterable<readonly ClassifiableAsset[]> {
  const ids = assets.filter((asset) => asset.source === source).map(({ assetId }) => assetId);
  for (let start = 0; start < ids.length; start += BATCH)
    yield writer.classifiableOf(ids.slice(start, start + BATCH));
}

function* matching(
  writer: InventoryWriter,
  { source, sourceId }: LastRun,
  policy: Policy,
  text: string,
): Iterable<readonly ClassifiableAsset[]> {
  const parsed = parseSourceGlob(
    text,
    policy.sources.map(({ name }) => name),
  );
  if ((parsed.source ?? source) !== source) return;
  const matches = compileGlobs([parsed.glob]);
  let after = 0;
  for (;;) {
    const batch = writer.classifiable(sourceId, after, BATCH);
    if (batch.length === 0) return;
    yield batch.filter(({ path }) => matches(path));
    after = batch.at(-1)?.assetId ?? after;
  }
}
