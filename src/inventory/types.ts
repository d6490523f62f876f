/**
 * What the scan hands to the inventory and gets back from it. Shapes only; the SQL is in this folder's other files.
 * Longer than 300 lines because it is one contract, read from the top.
 */
import type { Sidecar, SidecarDeclaration } from '../classify/policy.ts';
import type { Register, SuppressionConfig } from '../config.ts';
import type { Asset, Container, Cursor, ListingGap } from '../connector.ts';
import type { Sketch } from '../copies/sketch.ts';
import type { SampleNote } from '../extract/segment.ts';
import type { Basis, Coverage, Digests, Finding, Gap, Level, RunStatus, Status } from '../model.ts';
import type { AlertSettings } from './alert-candidates.ts';
import type { Compare } from './copies-group.ts';
import type { Decision, NewDecision } from './decisions.ts';
import type { AlertView } from './deliveries.ts';
import type { Metric } from './metrics.ts';

/** A source as configured, without secrets. */
export interface SourceRecord {
  readonly name: string;
  readonly connector: string;
  readonly category: string;
  /** `local /home/x/work`, `s3 s3://bucket`: for people. */
  readonly location: string;
  /** sha256 of what decides which assets are listed and how they are read. */
  readonly configDigest: string;
}

export interface ClientRecord {
  readonly id: string;
  readonly name: string;
  readonly aliases: readonly string[];
  /** ISO date; null when the engagement is open. */
  readonly engagementEnd: string | null;
  readonly allowedPlaces: readonly string[];
  readonly retentionDays: number | null;
}

/** The part of a rule that the inventory keeps, so that views can show level and regulations. */
export interface RuleRecord {
  readonly id: string;
  readonly title: string;
  readonly kind: string;
  readonly family: string;
  /** In force: the rule's own, or the config's override. */
  readonly level: Level;
  readonly regulations: readonly string[];
  /** sha256 of what decides its matches (not its level, title or examples). */
  readonly digest: string;
  /** True when it looks at running text. */
  readonly text: boolean;
  /** True when it looks at columns and keys. */
  readonly columns: boolean;
}

export interface RulesetRecord {
  /** sha256 over the rules' digests and the extractor's version, in id order. */
  readonly digest: string;
  readonly extractorVersion: string;
  readonly rules: readonly RuleRecord[];
}

export interface StartRun {
  readonly source: SourceRecord;
  readonly ruleset: RulesetRecord;
  /** `metadata`, `sample` or `full`. */
  readonly depth: string;
  /** Everything is read again (`--full`). */
  readonly full: boolean;
  readonly toolVersion: string;
  /** sha256 of rule set, clients, declarations, levels and decisions in force. */
  readonly policyDigest: string;
  /** ISO 8601 UTC. */
  readonly startedAt: string;
}

/** A run begun or taken up again. */
export interface RunState {
  readonly runId: number;
  readonly sourceId: number;
  /** True when an interrupted run of the same source, config, rules and depth goes on. */
  readonly resumed: boolean;
  /** Container.id -> where its listing goes on; null for one listed to its end. */
  readonly progress: ReadonlyMap<string, Cursor | null>;
  /** Container.id -> token since which its changes are to be listed; containers that are not in it are listed whole. */
  readonly tokens: ReadonlyMap<string, Cursor>;
  /** True when the source was last classified under another policy: every asset is then classified and written anew. */
  readonly policyChanged: boolean;
  /** ISO time of the last complete run of this source before this one. */
  readonly lastComplete: string | null;
}

/** What the inventory knows of an asset that is listed again. */
export interface KnownAsset {
  readonly assetId: number;
  readonly version: string;
  readonly coverage: Coverage;
  readonly contentId: number | null;
  /** Its content has been opened, here or as a copy elsewhere; false where it is only known by the provider's digests. */
  readonly opened: boolean;
  /**
   * False when rules that could matter to its content or the extractor have changed since it was read, when it was read to a
   * lesser depth than the run asks for, or when it has a gap that another try could close. True for a run of depth `metadata`.
   */
  readonly current: boolean;
  /** False when access, labels, path or the rules on names have changed: the row is then written anew without reading. */
  readonly metadataCurrent: boolean;
  /** It was marked removed and is back. */
  readonly removed: boolean;
}

/** What is known of bytes that some asset has. */
export interface KnownContent {
  readonly contentId: number;
  readonly coverage: Coverage;
  readonly size: number | null;
  /** Hex; null when not known. */
  readonly sha256: string | null;
  readonly current: boolean;
  readonly findings: readonly Finding[];
}

/** What reading found out about bytes. */
export interface ContentResult {
  readonly digests: Digests;
  readonly size: number;
  readonly format: string;
  readonly mediaType: string;
  readonly coverage: Coverage;
  /**
   * The depth that was asked for. Content is `current` for a scan of this depth or a lower one, whatever its coverage came to:
   * a file that cannot be read wholly is not read again every week.
   */
  readonly depth: 'sample' | 'full';
  /** Bytes taken from the source. */
  readonly bytesRead: number;
  /** Whether it had running text, and tables or keys: decides which changed rules matter. */
  readonly hasText: boolean;
  readonly hasColumns: boolean;
  readonly findings: readonly Finding[];
  readonly gaps: readonly Gap[];
  readonly members: readonly ContentMember[];
  /** What it is recognised by; absent without a key, and for what is everywhere: then what is known of these bytes stays. */
  readonly sketches?: readonly Sketch[];
  /** Absent for what was read whole. */
  readonly sample?: SampleResult;
  /** What a file named `.whereabouts.yaml` declares about its folder; absent for every other file, and for one with mistakes. */
  readonly sidecar?: readonly SidecarDeclaration[];
}

/** How much of a content was read, when it was not to be read whole. */
export type SampleResult = Omit<SampleNote, 'type'>;

/** What is inside an archive. */
export interface ContentMember {
  readonly path: string;
  readonly size: number;
  readonly digests: Digests;
  readonly sketches?: readonly Sketch[];
}

/** A finding that sets no level in one asset, and by what. */
export interface SuppressedFinding {
  readonly rule: string;
  readonly target: 'content' | 'metadata';
  /** A suppression of the config; comments in the text, which allow every match; or that it is in what a package manager installed. */
  readonly by: SuppressionConfig | 'comments' | 'package';
}

/** The level in force and why; what classify/ returns. */
export interface Classification {
  readonly level: Level | null;
  readonly detectedLevel: Level | null;
  readonly basis: Basis | null;
  readonly status: Status;
  /** Plain English, one or two sentences, no values. */
  readonly why: string;
  readonly client: string | null;
  /** Why this client: `path clients/acme/**`. */
  readonly clientWhy: string | null;
  /** The level that was declared, labelled or decided, if any, with its source in words. */
  readonly declared: { readonly level: Level; readonly basis: Basis; readonly source: string } | null;
  readonly suppressed: readonly SuppressedFinding[];
}

/** What became of one listed asset. */
export interface AssetOutcome {
  readonly asset: Asset;
  /**
   * unchanged: nothing to do. read: opened. linked: known content by digest. metadata: not opened by design.
   * gap: not opened, `gaps` says why.
   */
  readonly outcome: 'unchanged' | 'read' | 'linked' | 'metadata' | 'gap';
  readonly content?: ContentResult;
  /** For `linked`. */
  readonly contentId?: number;
  /** Findings on name, path and labels. */
  readonly metadataFindings: readonly Finding[];
  readonly gaps: readonly Gap[];
  /** Absent for `unchanged`. */
  readonly classification?: Classification;
}

/** One listed page with everything found out about it: written in one transaction, then checkpointed. */
export interface PageResult {
  readonly runId: number;
  readonly containerId: number;
  readonly outcomes: readonly AssetOutcome[];
  readonly listingGaps: readonly ListingGap[];
  /** Null when the container was listed to its end. */
  readonly next: Cursor | null;
  /** As Page.removed and Page.token. */
  readonly removed?: readonly string[] | undefined;
  readonly token?: Cursor | undefined;
  /** Requests made to the provider for this page, listing and reading. */
  readonly requests: number;
  /** ISO 8601 UTC. */
  readonly at: string;
}

/** An asset as it was listed, from the inventory. */
export interface RetriableAsset {
  readonly assetId: number;
  readonly asset: Asset;
  /** On its name, path and labels. */
  readonly metadataFindings: readonly Finding[];
}

/** An asset with all that classification needs, for classifying anew without reading. */
export interface ClassifiableAsset {
  readonly assetId: number;
  /** Source name. */
  readonly source: string;
  readonly uri: string;
  readonly path: string;
  /** Container.id. */
  readonly container: string;
  readonly coverage: Coverage;
  readonly labels: Readonly<Record<string, string>>;
  readonly containerLabels: Readonly<Record<string, string>>;
  /** Of its content, hex; null when not known. */
  readonly sha256: string | null;
  /** On its content. */
  readonly findings: readonly Finding[];
  /** On its name, path and labels. */
  readonly metadataFindings: readonly Finding[];
}

/** What became of the listed assets: `listed = read + sampled + metadata + skipped + gaps`. */
export interface RunCounts {
  readonly listed: number;
  /** Opened, and read in full. */
  readonly read: number;
  /** Opened, and read in part. */
  readonly sampled: number;
  /** Not opened by design; only name, path and labels were looked at. */
  readonly metadata: number;
  /** Unchanged since an earlier run, or known bytes. */
  readonly skipped: number;
  /** Could not be read; view `gaps` says why. */
  readonly gaps: number;
  readonly bytesRead: number;
  /** Gaps of the source that stand after this run and make its coverage incomplete (exit code 3), old ones included. */
  readonly incomplete: number;
}

/** A source and its last run. */
export interface LastRun {
  readonly sourceId: number;
  readonly source: string;
  readonly runId: number;
  /** Policy under which all its assets are classified; null while that is being changed. */
  readonly policyDigest: string | null;
}

/** The writing side; one per process, on the main thread. Every method that writes is one transaction. */
export interface InventoryWriter {
  syncClients(clients: readonly ClientRecord[]): void;
  /** Makes the recorded suppressions those of the config; what classifications refer to must have been recorded here. */
  syncSuppressions(suppressions: readonly SuppressionConfig[]): void;
  /** Makes what is recorded of vendors, handling and agreements that of the config. */
  syncRegister(register: Register): void;
  startRun(run: StartRun): RunState;
  /** Records or updates the container and its grants; gives its row id. */
  putContainer(runId: number, container: Container, at: string): number;
  /** Only for a connector that can list changes, before the first page: since which token, or null for a whole listing. */
  beginListing(runId: number, containerId: number, since: Cursor | null): void;
  /** The token did not serve: what was committed stays, and the container is listed whole from its start. */
  restartListing(runId: number, containerId: number): void;
  /**
   * Assets of the container, in id order after one, that another try may read: with a gap that this run has not met yet, and that
   * is not one of their listing. For listings of changes, which do not show them again.
   */
  retriable(
    runId: number,
    containerId: number,
    range: { readonly after: number; readonly limit: number },
  ): readonly RetriableAsset[];
  /**
   * What is known of each asset, in the same order. `sorted`: keys ascend, so one range read serves.
   */
  known(containerId: number, assets: readonly Asset[], sorted: boolean): readonly (KnownAsset | undefined)[];
  /** Content by any digest, or by an asset's identity within the container; undefined when the bytes are new. */
  contentByDigests(digests: Digests, size: number | null): KnownContent | undefined;
  contentByIdentity(containerId: number, identity: string, version: string): KnownContent | undefined;
  contentById(contentId: number): KnownContent;
  /** Of these contents, those that were hashed here but not by each of these algorithms. */
  lacking(contentIds: readonly number[], wanted: readonly (keyof Digests)[]): ReadonlySet<number>;
  /** Gives how many assets it marked removed. */
  commitPage(page: PageResult): number;
  /**
   * After a listing that reached its end: marks what was not seen as removed (not under gap prefixes) and says how many. After a
   * listing of changes, what was not named is counted as unchanged.
   */
  finishContainer(runId: number, containerId: number, at: string): number;
  /** Containers that were not discovered any more, after a complete discovery: everything in them is marked removed. */
  finishDiscovery(runId: number, seen: readonly string[], at: string): number;
  /** Requests that belong to no page: discovery, empty listings. */
  addRequests(runId: number, requests: number): void;
  /** Records a failure that concerns the source or a container, not one asset. */
  addGap(
    runId: number,
    gap: { readonly uri: string; readonly reason: Gap['reason']; readonly message: string },
  ): void;
  /** Assets of the source that are not removed, a batch at a time in id order. */
  classifiable(sourceId: number, afterAssetId: number, limit: number): readonly ClassifiableAsset[];
  /** Assets of any source whose content got other findings since they were classified; `reclassify` clears them. */
  stale(limit: number): readonly ClassifiableAsset[];
  /** These assets of any source, in id order; removed ones are left out. */
  classifiableOf(assetIds: readonly number[]): readonly ClassifiableAsset[];
  reclassify(
    runId: number,
    at: string,
    changed: readonly { readonly assetId: number; readonly classification: Classification }[],
  ): void;
  /** All decisions that were ever made, in order. */
  decisions(): readonly Decision[];
  /** Records a decision and gives its number; what it is about must then be classified anew. */
  decide(decision: NewDecision, at: string): number;
  /** Of all containers, as last read. */
  sidecars(): readonly Sidecar[];
  /** Records what a folder's sidecar declares; true when that is new. Until the run is done the source has no policy. */
  putSidecar(
    runId: number,
    containerId: number,
    folder: string,
    declarations: readonly SidecarDeclaration[],
  ): boolean;
  /** Forgets the sidecars of a source whose file (`name`) is gone; gives their folders. */
  dropSidecars(runId: number, sourceId: number, name: string): readonly string[];
  /** Every source that was ever scanned, with its last run. */
  lastRuns(): readonly LastRun[];
  /** From now on the source's assets stand under this policy. */
  setPolicy(sourceId: number, policyDigest: string): void;
  /** After runs have ended: closes the alerts that are settled and raises what is new; gives the new ones' numbers. */
  raiseAlerts(settings: AlertSettings): readonly number[];
  /** Closes the alerts that a decision has settled. */
  settleAlerts(at: string): void;
  /** Closes an alert that a person has looked at; false when there is no such open one. */
  closeAlert(alertId: number, why: string, at: string): boolean;
  /** What a monitoring system watches. */
  metrics(): readonly Metric[];
  /** Open alerts that have not arrived at a channel yet. */
  undelivered(channel: string): readonly AlertView[];
  noteDelivery(
    channel: string,
    outcome: { readonly at: string; readonly alerts: readonly number[]; readonly error: string | null },
  ): void;
  /** The key that sketches are made with from now on; what was made with another is thrown away. Gives how many contents are to be read again. */
  useKey(keyId: string): number;
  /** Compares at most `limit` sketches that wait for it and puts their contents into groups; gives how many. */
  groupCopies(compare: Compare, limit: number): number;
  /** Records which assets that a run saw for the first time are copies of others, or were moved. */
  noteCopies(runId: number, at: string): void;
  finishRun(runId: number, status: RunStatus, at: string): RunCounts;
  /** Open gaps of the source whose reason counts as incomplete (GAP_REASONS), older runs' included. */
  openGaps(sourceId: number): number;
  /** Assets of the source that are not removed. */
  liveAssets(sourceId: number): number;
  /** Digest algorithms that other sources in the inventory vouch for; local content computes them too. */
  digestsInUse(): readonly (keyof Digests)[];
  close(): void;
}
