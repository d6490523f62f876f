/** The vocabulary that every layer shares: levels, exposure, coverage, grants, findings, gaps. Imports nothing. */

/** How sensitive, from harmless to worst. The order of this list is the order of levels. */
export const LEVELS = ['public', 'internal', 'confidential', 'restricted'] as const;
export type Level = (typeof LEVELS)[number];

/** How sure a finding is. `medium` and up set the level; `low` is kept and shown, never alarms. */
export const CONFIDENCES = ['low', 'medium', 'high'] as const;
export type Confidence = (typeof CONFIDENCES)[number];

/** Who can read, from nobody else to everybody. `unknown` means that we could not find out; it is never counted as fine. */
export const EXPOSURES = ['private', 'internal', 'external', 'public', 'unknown'] as const;
export type Exposure = (typeof EXPOSURES)[number];

/** How much of an asset's content was read. */
export const COVERAGES = ['none', 'metadata', 'sample', 'full'] as const;
export type Coverage = (typeof COVERAGES)[number];

/** What put the level in force: a person, a config rule, the provider's label, a copy's original, a finding, or nothing. */
export const BASES = ['decided', 'declared', 'labelled', 'inherited', 'detected', 'default'] as const;
export type Basis = (typeof BASES)[number];

export const STATUSES = ['classified', 'contradicted', 'unclassified'] as const;
/** Classified: a label, declaration or decision is in force. Contradicted: it stands below what was detected. */
export type Status = (typeof STATUSES)[number];

export const RUN_STATUSES = ['running', 'complete', 'partial', 'failed', 'interrupted'] as const;
export type RunStatus = (typeof RUN_STATUSES)[number];

export const DIGEST_ALGORITHMS = ['sha256', 'sha1', 'md5', 'crc32c', 'quickxor', 'dropbox'] as const;
export type DigestAlgorithm = (typeof DIGEST_ALGORITHMS)[number];
/** Hashes of one content, lower-case hex (crc32c 8 digits), by algorithm. */
export type Digests = Partial<Record<DigestAlgorithm, string>>;

/** A fact about a place. `unknown` is what we could not find out and is never stored as `no`. */
export type Fact = 'yes' | 'no' | 'unknown';

/** One permission to read: who, how, and where it comes from. */
export interface Grant {
  /** As the provider names it: an e-mail address, `allUsers`, `uid:1000`, `group:staff`, a canonical user id. */
  readonly principal: string;
  readonly kind: 'user' | 'group' | 'domain' | 'service' | 'everyone';
  readonly role: 'read' | 'write' | 'own';
  /** The mechanism: `mode`, `acl`, `policy`, `link`, `iam`, `token`. */
  readonly via: string;
}

/** Who may read something, and the exposure that follows from it. */
export interface Access {
  readonly exposure: Exposure;
  readonly grants: readonly Grant[];
}

/**
 * One rule's result on one content or one asset's metadata. Never holds a matched value.
 * `places` are the first 15, in reading order; `shape` shows letters as `A`/`a` and digits as `9`, punctuation kept.
 */
export interface Finding {
  readonly rule: string;
  readonly confidence: Confidence;
  readonly count: number;
  /** Distinct values after normalisation; a lower bound above 65,536. */
  readonly distinct: number;
  readonly places: readonly string[];
  readonly shape: string;
  /** Why this confidence, in plain words: `luhn ok, column "card_no"`. */
  readonly why: string;
  /** Of `count`, those that a comment in the text allows (`whereabouts:allow`); absent for none. */
  readonly allowed?: number;
}

/** Why something was not read. `incomplete` ones end a run in exit code 3; the others are by design and only shown. */
export const GAP_REASONS = {
  'permission-denied': { incomplete: true, advice: 'run as a user who may read it, or grant read access' },
  'io-error': { incomplete: true, advice: 'check the disk or the mount, then scan again' },
  gone: { incomplete: false, advice: 'it vanished between listing and reading; the next scan settles it' },
  changed: { incomplete: true, advice: 'it changed while it was read; the next scan reads it again' },
  throttled: {
    incomplete: true,
    advice: 'the provider asked us to slow down; scan again or lower --concurrency',
  },
  unavailable: { incomplete: true, advice: 'the provider did not answer; scan again later' },
  archived: { incomplete: true, advice: 'restore it from the archive tier to have it read' },
  encrypted: { incomplete: true, advice: 'provide a decrypted copy, or classify it by hand' },
  malformed: { incomplete: true, advice: 'the file is damaged or not what it says; open it by hand' },
  'archive-limit': { incomplete: true, advice: 'unpack it by hand, or raise limits.archive* in the config' },
  'size-limit': { incomplete: true, advice: 'raise limits.fileBytes in the config' },
  'time-limit': { incomplete: true, advice: 'raise limits.fileSeconds, or scan this file alone' },
  'memory-limit': { incomplete: true, advice: 'scan this file alone, or classify it by hand' },
  'unsupported-format': { incomplete: true, advice: 'no reader for this format yet; classify it by hand' },
  'rule-disabled': { incomplete: true, advice: 'a rule ran past its deadline; fix the rule' },
  'listing-failed': { incomplete: true, advice: 'this container was not listed to its end; scan again' },
  'not-regular': { incomplete: false, advice: 'a pipe, socket or device holds no data at rest' },
  link: { incomplete: false, advice: 'links are not followed; scan the target itself' },
  'no-text': { incomplete: false, advice: 'pictures, sound, video and machine code are not read' },
  excluded: { incomplete: false, advice: 'left out by --exclude, an ignore glob or the depth asked for' },
} as const satisfies Record<string, { incomplete: boolean; advice: string }>;
export type GapReason = keyof typeof GAP_REASONS;

/** Something that was not read, or not wholly. `place` names the part, such as an archive member; absent means all of it. */
export interface Gap {
  readonly reason: GapReason;
  /** What happened, to what; no credential and no content. */
  readonly message: string;
  readonly place?: string;
}

/** The higher of two levels; null counts as lowest. */
export function higherLevel(a: Level | null, b: Level | null): Level | null {
  return levelRank(a) >= levelRank(b) ? a : b;
}

/** 0 for public to 3 for restricted; -1 for null (not known). */
export function levelRank(level: Level | null): number {
  return level === null ? -1 : LEVELS.indexOf(level);
}

/** True when `confidence` is at least `floor`. */
export function atLeast(confidence: Confidence, floor: Confidence): boolean {
  return CONFIDENCES.indexOf(confidence) >= CONFIDENCES.indexOf(floor);
}
