/**
 * The connector contract: what the code for one kind of place must be able to do.
 * A connector only reads, never holds a whole listing in memory, and throws only ConnectorError.
 */
import type { Access, Digests, Fact, GapReason } from './model.ts';

/** Where to go on in a container's listing: opaque, made and understood by the connector alone. */
export type Cursor = string;

/** A bucket, drive, site or root folder inside a source, with its posture. Absent facts are null or `unknown`. */
export interface Container {
  /** Unique and stable inside the source; what `list` is given back. */
  readonly id: string;
  readonly name: string;
  readonly uri: string;
  /** `local`, `aws`, `s3-compatible`, `jupyter`, ... */
  readonly provider: string;
  readonly account: string | null;
  readonly region: string | null;
  /** As the provider names it (`AES256`, `aws:kms`), `none`, or null for unknown. */
  readonly encryption: string | null;
  readonly publicAccess: Fact;
  readonly versioning: Fact;
  readonly logging: Fact;
  readonly labels: Readonly<Record<string, string>>;
  /** Who may read what is in it, where assets do not say otherwise; null when there is no such thing. */
  readonly access: Access | null;
}

/** One object, file or notebook, as listed. Everything here is known without opening it. */
export interface Asset {
  /** Container.id. */
  readonly container: string;
  /** Unique and stable inside the container, valid Unicode. Sorted listings sort by its UTF-8 bytes. */
  readonly key: string;
  /** The exact bytes of the name within the container, only when they are not valid UTF-8. */
  readonly rawKey?: Uint8Array;
  readonly uri: string;
  /** For people: key with undecodable bytes shown as `\xff`. */
  readonly path: string;
  readonly name: string;
  /** Bytes; null when the provider does not say. */
  readonly size: number | null;
  /** Changes whenever the bytes change (etag, generation, mtime+size+inode). */
  readonly version: string;
  /** ISO 8601 UTC; null when unknown. */
  readonly modifiedAt: string | null;
  readonly owner: string | null;
  readonly mediaType: string | null;
  /** Own access; null means as its container's. One object may be shared by many assets of a page. */
  readonly access: Access | null;
  readonly labels?: Readonly<Record<string, string>>;
  /** Hashes that the provider vouches for. */
  readonly digests?: Digests;
  /** Assets of a container with the same `identity` are the same bytes (hard links). */
  readonly identity?: string;
  /** `experiment` for notebooks, trackers and what lies beside them. */
  readonly environment?: string;
  /** Set when it must not or cannot be opened; it is still listed. */
  readonly unread?: { readonly reason: GapReason; readonly message: string };
}

/** A place in the listing that could not be listed, such as a folder without permission. */
export interface ListingGap {
  readonly uri: string;
  readonly reason: GapReason;
  readonly message: string;
  /** Everything whose key starts with this was not listed, so nothing under it is marked removed. */
  readonly prefix: string;
}

/** A bounded part of a listing: the unit of work, of the transaction and of resumption. */
export interface Page {
  readonly assets: readonly Asset[];
  readonly gaps: readonly ListingGap[];
  /** Where the next page begins; null at the end. */
  readonly next: Cursor | null;
  /**
   * Keys of assets that are no longer there, none of them in `assets`: from `changes`, and from `list` where the provider tells
   * what vanished while it was listed. One that was never listed is no error.
   */
  readonly removed?: readonly string[];
  /** Only on the last page, with `features.delta`: what `changes` is given to list what happened since this listing began. */
  readonly token?: Cursor;
}

/** Bytes `start` (inclusive) to `end` (exclusive), 0-based. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

export interface OpenOptions {
  readonly signal: AbortSignal;
  /** Only when `features.range`. */
  readonly range?: ByteRange;
  /** The bytes as they are now, whatever version was listed: for one more try at what changes all the time. */
  readonly current?: boolean;
}

/** What `check` found out, for `doctor`. */
export interface Identity {
  /** Who we are there, as the provider names it. */
  readonly principal: string;
  readonly account: string | null;
  /** Sentences about permissions that are missing or more than needed. */
  readonly notes: readonly string[];
}

/** One connected source. Created by `connect`, used by one thread, ended by `await using`. */
export interface Connector extends AsyncDisposable {
  /** Proves that the credentials work and can list. @throws ConnectorError `config` or `auth` */
  check(signal: AbortSignal): Promise<Identity>;
  /** Every container in reach, with its facts. @throws ConnectorError `not-found` for one that was named and is not there */
  discover(signal: AbortSignal): AsyncIterable<Container>;
  /**
   * The container's pages from `from` (undefined: from the start) in a stable order. A page that fails throws.
   * Resuming at any page's `next` gives what followed it. @throws ConnectorError
   */
  list(container: Container, from: Cursor | undefined, signal: AbortSignal): AsyncIterable<Page>;
  /**
   * Only with `features.delta`: what changed in the container since `token`, in pages as `list` gives them: assets that are new or
   * differ in anything listed (bytes, name, place, access, labels), and keys that are gone. Resumes at any page's `next`
   * (`from`), and its last page carries the token for the next time.
   * @throws ConnectorError `resync` when the token no longer serves, or when what changed (a renamed folder, say) concerns
   * assets that it cannot name: the container is then listed whole
   */
  changes?(
    container: Container,
    token: Cursor,
    from: Cursor | undefined,
    signal: AbortSignal,
  ): AsyncIterable<Page>;
  /**
   * The asset's bytes. A chunk is valid only until the next one is asked for. Fewer bytes than listed is an error.
   * @throws ConnectorError `gone` when the asset is no longer there, `changed` when it is no longer the version that was listed
   */
  open(asset: Asset, options: OpenOptions): AsyncIterable<Uint8Array>;
}

/** What a connector can do beyond the four verbs, as data; the conformance suite exercises each that is claimed. */
export interface Features {
  /** `open` honours `range`. */
  readonly range: boolean;
  /** Listings are in ascending order of the keys' UTF-8 bytes. */
  readonly sorted: boolean;
  readonly grants: boolean;
  readonly labels: boolean;
  /** Digest algorithms that listings may carry. */
  readonly digests: readonly (keyof Digests)[];
  /** Can list changes since a token: `changes`. */
  readonly delta: boolean;
  /** Can list what is in the trash: with option `trash`, assets in it carry the label `trashed: yes`. */
  readonly trash: boolean;
}

/**
 * Runs `attempt` again on `throttled` and `transient`, with full jitter and `retryAfter` as a floor.
 * One per source, handed in so that no connector has its own.
 */
export type Retry = <T>(attempt: () => Promise<T>, signal: AbortSignal) => Promise<T>;

/** What the run hands to a connector beside its options. */
export interface Environment {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly retry: Retry;
  /** Most requests in flight at once. */
  readonly concurrency: number;
  /** Most assets in a page; connectors may give fewer. */
  readonly pageSize: number;
  /**
   * True for a folder that globs leave out: a connector that walks folders does not enter it and reports a listing gap `excluded`
   * with its prefix. Paths are as Asset.path. Files need not be asked about.
   */
  readonly skip?: (path: string, isDirectory: boolean) => boolean;
  readonly log: (level: 'debug' | 'info' | 'warn', message: string) => void;
  /** 8 bytes, zero at first, that all threads of the source share: for a limit that they keep together. Absent: there are no others. */
  readonly shared?: SharedArrayBuffer;
}

/** One option of a source in the config, for validation, `init`, `connectors` and the published JSON Schema. */
export interface OptionSpec {
  readonly type: 'string' | 'boolean' | 'integer' | 'string[]';
  readonly required?: boolean;
  readonly description: string;
  readonly example?: string | boolean | number | readonly string[];
  /** A path on this machine: the config resolves `~`, and what is relative to the config file's folder. */
  readonly format?: 'path';
  /** Must come from the environment (`${NAME}`), never literally. */
  readonly secret?: boolean;
}
export type Options = Readonly<Record<string, string | boolean | number | readonly string[] | undefined>>;

/** What a connector's folder exports as default. Importing it must not load the provider's SDK. */
export interface ConnectorModule {
  /** The folder's name and the word in the config: `local`, `s3`. */
  readonly kind: string;
  readonly title: string;
  /** What kind of place this is to a policy: a storage account, a machine, a SaaS tool, an experiment environment. */
  readonly category: 'storage' | 'machine' | 'saas' | 'experiment';
  readonly options: Readonly<Record<string, OptionSpec>>;
  readonly features: Features;
  /** Options for a bare command-line argument (`s3://bucket/prefix`), or undefined when it is not this connector's. */
  fromArgument(argument: string): Options | undefined;
  /** @throws ConnectorError `config` for options that make no sense */
  connect(options: Options, environment: Environment): Promise<Connector>;
}
