/** The resolved configuration: what `whereabouts.yaml`, arguments and environment amount to. */
import type { Options } from './connector.ts';
import type { Level } from './model.ts';

export type Depth = 'metadata' | 'sample' | 'full';

export interface SourceConfig {
  readonly name: string;
  /** Connector kind. */
  readonly connector: string;
  readonly options: Options;
  readonly client: string | null;
  /** gitignore syntax; empty include means everything. */
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  readonly depth: Depth;
}

export interface ClientConfig {
  readonly id: string;
  readonly name: string;
  readonly aliases: readonly string[];
  /** Globs over `path`, or over `source:path`; gitignore syntax. */
  readonly paths: readonly string[];
  /** ISO date. */
  readonly engagementEnd: string | null;
  /** Source names or `provider:region` where this client's data may be. */
  readonly allowedPlaces: readonly string[];
  readonly retentionDays: number | null;
}

/** What was agreed about data: nothing of it decides a level, all of it is what auditors ask about. */
export interface Register {
  /** Names of the sources in the config; null without a config: then nothing is known of which should be there. */
  readonly sources: readonly string[] | null;
  readonly agreements: readonly AgreementConfig[];
  readonly vendors: readonly VendorConfig[];
  readonly handling: readonly HandlingConfig[];
  readonly revocations: readonly RevocationConfig[];
}

/** What was agreed with a client about its data. */
export interface AgreementConfig {
  /** Its id. */
  readonly client: string;
  /** Who may read it: globs over principals; empty when not said. */
  readonly readers: readonly string[];
  /** ISO date of the last review of who has access. */
  readonly accessReviewed: string | null;
  /** ISO date on which all of it was deleted. */
  readonly deletedOn: string | null;
  /** Where the proof of that is. */
  readonly deletionProof: string | null;
}

/** Somebody whose service data lies with. Null is not known. */
export interface VendorConfig {
  readonly id: string;
  readonly name: string;
  /** As connectors name them: `aws`, `microsoft-365`. */
  readonly providers: readonly string[];
  /** ISO dates of the data processing agreement; it holds until the day before it expires. */
  readonly dpaSigned: string | null;
  readonly dpaExpires: string | null;
  readonly trainsOnData: boolean | null;
  readonly region: string | null;
  readonly subProcessors: readonly string[];
  readonly certifications: readonly string[];
}

/** How data of a level may be kept. Null is not said. */
export interface HandlingConfig {
  readonly level: Level;
  readonly providers: readonly string[] | null;
  /** Days after the last change. */
  readonly retentionDays: number | null;
}

/** Access that somebody decided to end. */
export interface RevocationConfig {
  /** Glob over principals. */
  readonly principal: string;
  /** Id of the client whose data it is about; null for all. */
  readonly client: string | null;
  /** ISO date: the first day on which it must have ended. */
  readonly since: string;
  readonly reason: string;
  readonly by: string;
}

export interface DeclarationConfig {
  /** gitignore-style glob over `path`, or over `source:path`. */
  readonly glob: string;
  readonly level: Level;
  readonly reason: string;
  /** Who decided it. A named person's entry is a decision: it holds whatever is detected, above or below, until it expires. */
  readonly by?: string | undefined;
  /** ISO date (UTC), the first on which it no longer holds; absent: it holds until it is taken out. */
  readonly expires?: string | undefined;
}

/** Findings that a named person has looked at and found harmless: kept and shown, but they set no level. */
export interface SuppressionConfig {
  /** A rule's id, a kind, or `*`. */
  readonly rule: string;
  /** gitignore-style glob over `path`, or over `source:path`; null when only `fingerprint` says where. */
  readonly glob: string | null;
  /** Of one finding, as `explain` prints it; null when only `glob` says where. */
  readonly fingerprint: string | null;
  readonly reason: string;
  readonly approver: string;
  /** ISO date: the first day (UTC) on which it no longer holds. */
  readonly expires: string;
}

export interface Limits {
  /** Bytes read per file; beyond it, a sample. */
  readonly fileBytes: number;
  /** Seconds for one file; scan/file-time.ts gives more to what is large. */
  readonly fileSeconds: number;
  /** Bytes read per run; null for no limit. */
  readonly runBytes: number | null;
  readonly runSeconds: number | null;
  readonly archiveDepth: number;
  readonly archiveMembers: number;
  readonly archiveBytes: number;
  readonly archiveRatio: number;
}

/** A program that recognises text in pictures. */
export interface OcrConfig {
  /** Program and arguments. */
  readonly command: readonly string[];
  /** All that it sees of the environment. */
  readonly env: Readonly<Record<string, string>>;
}

/** Where alerts are sent. */
export interface ChannelConfig {
  /** Permanent: it names what has been delivered. */
  readonly name: string;
  /** `webhook`: alerts as JSON. `slack`: as text. `ping`: asked for after every whole scan. `textfile`: metrics for Prometheus. */
  readonly to: 'webhook' | 'slack' | 'ping' | 'textfile';
  /** A URL, secret for all but the text file, which is a path. */
  readonly target: string;
}

export interface AlertConfig {
  /** Below it nothing that is new alarms. */
  readonly level: Level;
  /** Days without a complete scan after which a source is stale. */
  readonly staleDays: number;
  /** Percentage points by which the share that could not be read may grow. */
  readonly coverageDrop: number;
  /** Names of all sources in the config, which a scan of some must not forget; null without: all in the inventory. */
  readonly sources: readonly string[] | null;
  readonly channels: readonly ChannelConfig[];
}

export const DEFAULT_ALERTS: AlertConfig = {
  level: 'confidential',
  staleDays: 8,
  coverageDrop: 5,
  sources: null,
  channels: [],
};

export interface Config {
  /** Path of the SQLite file. */
  readonly inventory: string;
  readonly sources: readonly SourceConfig[];
  readonly clients: readonly ClientConfig[];
  readonly declarations: readonly DeclarationConfig[];
  /** As written, those that have expired too. */
  readonly suppressions: readonly SuppressionConfig[];
  /** Provider label or tag `key=value` -> level. */
  readonly labels: Readonly<Record<string, Level>>;
  /** The level of what was read in full and nothing was found in. */
  readonly defaultLevel: Level;
  readonly rules: {
    /** Families switched off. */
    readonly off: readonly string[];
    /** Paths of users' packs. */
    readonly packs: readonly string[];
    /** Rule id -> level. */
    readonly levels: Readonly<Record<string, Level>>;
  };
  readonly register: Register;
  readonly alerts: AlertConfig;
  readonly limits: Limits;
  /** Absent: nothing is recognised in pictures. */
  readonly ocr?: OcrConfig | undefined;
  readonly concurrency: number;
}

/** Nothing was agreed. */
export const NO_REGISTER: Register = {
  sources: null,
  agreements: [],
  vendors: [],
  handling: [],
  revocations: [],
};

export const DEFAULT_LIMITS: Limits = {
  fileBytes: 2 * 1024 ** 3,
  fileSeconds: 120,
  runBytes: null,
  runSeconds: null,
  archiveDepth: 5,
  archiveMembers: 10_000,
  archiveBytes: 1024 ** 3,
  archiveRatio: 100,
};
