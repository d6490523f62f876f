/**
 * The rule contract: what one detector is, as written in `rules/<family>.yaml` and in users' packs.
 * A rule is data. It has one permanent id, says what it finds in up to five ways, and carries its own examples.
 */
import type { Confidence, Level } from './model.ts';

/** Families of kinds; the file name of a built-in pack. */
export const FAMILIES = [
  'identity',
  'national-ids',
  'contact',
  'financial',
  'health',
  'special-category',
  'secrets',
  'business',
  'machine-learning',
] as const;
export type Family = (typeof FAMILIES)[number];

/** One regular expression and how sure a match of it is. */
export interface TextPattern {
  /**
   * JavaScript regular expression source, compiled with the `u` flag alone (write `(?i:...)` for case, `\p{L}` works, needless
   * escapes such as `\_` are errors). Finite: no `*`, `+` or `{n,}`, at most 4,096 characters with what it looks around.
   * A group named `value` marks the value where the match holds more. Where several patterns match at one place the first wins.
   */
  readonly regex: string;
  /** Band without any context word near; absent: nothing is found without one. */
  readonly bare?: Confidence;
  /** Band with a context word within 300 characters, in the header, key, sheet name or path; absent: as `bare`. */
  readonly context?: Confidence;
}

/** Finds values in running text, table cells and JSON strings alike. */
export interface TextDetector {
  readonly patterns: readonly TextPattern[];
  /** Name of a validator in `src/validate/`; a value that fails is no match, and the search retries at the next start. */
  readonly validate?: string;
  /** Whole words or phrases, lower case, that raise confidence. */
  readonly context?: readonly string[];
  /** Whole words or phrases, lower case, that lower confidence by one band (below `low`: no finding). */
  readonly negative?: readonly string[];
  /** Known test values that do not count; compared exactly, separators and case removed. */
  readonly deny?: readonly string[];
  /** Fewer distinct values than this in one content are lowered by one band. */
  readonly minDistinct?: number;
}

/** Judges a whole column (or JSON key) by its header and its cells. */
export interface ColumnDetector {
  /**
   * Normalised header names: lower case, camelCase and punctuation split to single spaces (`first name`).
   * A header matches when it is one of these, or has one as a run of whole words if written with `~` before it (`~dob`).
   * An empty one stands for a column without a name.
   */
  readonly headers: readonly string[];
  /** Headers (same notation) that are not it, although `headers` match. */
  readonly not?: readonly string[];
  /** Regular expression for a whole trimmed cell; absent: any cell that is not empty. */
  readonly cells?: string;
  readonly validate?: string;
  /** Least share of non-empty cells that match; default 0.6. */
  readonly share?: number;
  /** Least distinct matching cells for `confidence`; fewer lower it by one band. Default 1. */
  readonly minDistinct?: number;
  /** Default `medium`. */
  readonly confidence?: Confidence;
  /** Headers of which at least one other column of the table must match, or the band is one lower. */
  readonly beside?: readonly string[];
}

/** Matches an asset's path (with `/`) or name, without opening it. */
export interface NameDetector {
  readonly patterns: readonly {
    readonly regex: string;
    readonly confidence: Confidence;
    /** What `regex` is held against; default `name`. */
    readonly target?: 'name' | 'path';
  }[];
}

/** Matches provider labels and tags, written `key=value`. */
export interface MetadataDetector {
  readonly patterns: readonly { readonly regex: string; readonly confidence: Confidence }[];
}

/** A finding made of others: all groups present in one record (row, JSON object, or 300 characters of text). */
export interface TogetherDetector {
  /** One of each group must be there, at `medium` or up; entries are kinds. */
  readonly groups: readonly (readonly string[])[];
  readonly confidence: Confidence;
}

/**
 * What a rule is tried on. A plain string is a whole text. Otherwise `header` + `cells` is a column, `name` a path,
 * `label` a `key=value`, `table` rows of cells with the first as header.
 */
export type Example =
  | string
  | { readonly header: string; readonly cells: readonly string[] }
  | { readonly name: string }
  | { readonly label: string }
  | { readonly table: readonly (readonly string[])[] };

export interface Rule {
  /** Permanent; lower case with hyphens: `us-ssn`. */
  readonly id: string;
  readonly title: string;
  /** The coarse kind it reports: `national-id`. */
  readonly kind: string;
  readonly family: Family;
  readonly level: Level;
  /** `GDPR`, `GDPR-9`, `GDPR-10`, `HIPAA`, `CCPA`, `PCI-DSS`, `GLBA`, `SOX`, `FERPA`, ... */
  readonly regulations: readonly string[];
  /** In plain words for an auditor: what it is, how it is recognised, what it does not catch. */
  readonly description: string;
  readonly references: readonly string[];
  readonly text?: TextDetector;
  readonly column?: ColumnDetector;
  readonly name?: NameDetector;
  readonly metadata?: MetadataDetector;
  readonly together?: TogetherDetector;
  /** Must each give a finding of this rule at `medium` or up. */
  readonly matches: readonly Example[];
  /** Must each give no finding of this rule at `medium` or up. */
  readonly misses: readonly Example[];
}

/** A YAML file of rules of one family. */
export interface RulePack {
  readonly family: Family;
  readonly rules: readonly Rule[];
}

/** True for a value that stands the check. Pure; gets the matched value as it was written. */
export type Validator = (value: string) => boolean;
