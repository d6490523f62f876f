/** What extraction yields: text with a place, table rows with column names and a place, and notes about what it met. */
import type { Digests, Gap } from '../model.ts';

/** A stretch of running text. */
export interface TextSegment {
  readonly type: 'text';
  /** UTF-8, at most 256 KiB, cut anywhere between characters; valid only until the next segment is asked for. */
  readonly bytes: Uint8Array;
  /** Where it stands, without line: ``, `cell 4 output 1`, `a.zip!/b.txt`, `page 3`. */
  readonly place: string;
  /** 1-based line at which it begins, for `line 12`; null where lines mean nothing. */
  readonly line: number | null;
  /** True when it goes on directly after the previous text segment: a value may span both. */
  readonly continues: boolean;
}

/** Some rows of a table; a JSON object is a row whose columns are its key paths. */
export interface RowsSegment {
  readonly type: 'rows';
  /** Tells tables of one content apart (`` for a csv, `sheet People`, `$.people[*]`); columns are judged per table. */
  readonly table: string;
  /** Header names or key paths. Empty string for a column without a name. */
  readonly columns: readonly string[];
  /** Set when all of it stands in the running text as well (`key = value`): it says what is under which key, and is no table. */
  readonly inText?: true;
  /** Cells as text, at most 1,000 rows and about 256 KiB; a row may be shorter or longer than `columns`. */
  readonly rows: readonly (readonly string[])[];
  /** The place of one cell, indices 0-based into this segment: `row 3, column email`, `$.patient.mrn`. */
  place(row: number, column: number): string;
}

/** One member of a container format: content of its own, so that a copy inside an archive is recognised. */
export interface MemberNote {
  readonly type: 'member';
  /** Path inside the outermost content: `b.tar.gz!/c.csv`. */
  readonly path: string;
  readonly size: number;
  readonly digests: Digests;
}

/** Part of the content that could not be read. */
export interface GapNote extends Gap {
  readonly type: 'gap';
}

/** What the content turned out to be; yielded first for every content and member. */
export interface FormatNote {
  readonly type: 'format';
  /** Registry name: `csv`, `ipynb`, `zip`, ... */
  readonly format: string;
  readonly mediaType: string;
  /** Set when name and content disagree: `.jpg is a zip`. */
  readonly note?: string;
}

/** How much was read of a content that was not to be read whole; at most one for each content. Without one it was the head. */
export interface SampleNote {
  readonly type: 'sample';
  readonly how: SampleMethod;
  /** What `read` and `total` count. */
  readonly unit: 'bytes' | 'rows';
  readonly read: number;
  /** Null when not known. */
  readonly total: number | null;
  /** Parts drawn at random, each from a stretch of its own. */
  readonly draws: number;
  /** Rows, records or lines in the drawn parts. */
  readonly rows: number;
  /** What the draws follow from, hex; empty without draws. */
  readonly seed: string;
}
/** `head`: the beginning alone, which says nothing of the rest. */
export type SampleMethod = 'head' | 'pieces' | 'members' | 'row groups' | 'pages';

export type Segment = TextSegment | RowsSegment;
export type Extracted = Segment | MemberNote | GapNote | FormatNote | SampleNote;

/** Bytes to extract from. */
export interface ByteSource {
  /** Null when not known before the end. */
  readonly size: number | null;
  /** Set when not all of it is to be read: `stream` ends after so many bytes, and `read` should take about as many. */
  readonly sample?: { readonly bytes: number };
  /** The whole content, once. A chunk is valid only until the next one is asked for. */
  stream(): AsyncIterable<Uint8Array>;
  /** Random access, where the place allows it; bytes `start` (inclusive) to `end` (exclusive), a fresh buffer. */
  read?(start: number, end: number): Promise<Uint8Array>;
}

/** Budgets for one content; what goes beyond becomes a gap with a reason. */
export interface ExtractLimits {
  /** Archives within archives. */
  readonly depth: number;
  /** Members of all archives in one content. */
  readonly members: number;
  /** Bytes inflated from one content. */
  readonly inflated: number;
  /** Inflated to packed, checked after 10 MiB. */
  readonly ratio: number;
  /** Seconds that a parser in a thread of its own may take for one step, such as a page. */
  readonly stepSeconds: number;
}

export const EXTRACT_LIMITS: ExtractLimits = {
  depth: 5,
  members: 10_000,
  inflated: 1024 ** 3,
  ratio: 100,
  stepSeconds: 15,
};

/** A program that recognises text in a picture: bytes of the picture on its standard input, text on its standard output. */
export interface OcrCommand {
  /** Program and arguments; no shell. */
  readonly command: readonly string[];
  /** All that it sees of the environment. */
  readonly env: Readonly<Record<string, string>>;
}

export interface ExtractHints {
  /** File name, for telling formats apart where content does not. */
  readonly name: string;
  readonly mediaType: string | null;
  readonly limits: ExtractLimits;
  /** Digest families to compute for members. */
  readonly digests: readonly (keyof Digests)[];
  /** True once a sample is to end with what it has; absent for never. */
  readonly over?: () => boolean;
  /** Absent: nothing is recognised in pictures, and they are gaps. */
  readonly ocr?: OcrCommand | undefined;
  readonly signal: AbortSignal;
}

/** Reads any content. Never throws for what is in it: damage, limits and unknown formats are gap notes. */
export type Extract = (source: ByteSource, hints: ExtractHints) => AsyncIterable<Extracted>;
