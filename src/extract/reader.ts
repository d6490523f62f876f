/** What every format's reader gets and may do: one content to read, the budget it shares, and how it reports damage. */
import type { Digests, GapReason } from '../model.ts';
import type { Budget } from './budget.ts';
import type { ByteSource, Extracted, GapNote, OcrCommand } from './segment.ts';

/** One content to read: the asset itself, or a member of an archive. */
export interface Input {
  /** File name, for telling formats apart. */
  readonly name: string;
  readonly mediaType: string | null;
  /** What members are called after: `a.zip`, `a.zip!/b.tar.gz`. */
  readonly label: string;
  /** Goes before every place: empty for the asset itself, `label` for a member. */
  readonly place: string;
  /** Path inside the outermost content; empty for the asset itself. */
  readonly path: string;
  /** Bytes; null when not known before the end. */
  readonly size: number | null;
  /** The first 16 KiB, or all there is: the same bytes however the stream is cut. Stays valid. */
  readonly head: Buffer;
  /** Archives and compressions around it. */
  readonly depth: number;
  /** True for what a compression held: `b.tar` in `b.tar.gz`. */
  readonly unpacked: boolean;
  /** The whole content, `head` included, once. A chunk is valid only until the next one is asked for. */
  stream(): AsyncGenerator<Buffer, void, undefined>;
  readonly read?: NonNullable<ByteSource['read']>;
  /** As ByteSource.sample; never for a member. */
  readonly sample?: NonNullable<ByteSource['sample']>;
  /** `from byte 5242880`: this is a piece out of the middle, cut to whole lines; `head` is still that of the content. */
  readonly part?: string;
}

/** A member as its container hands it on: everything of an Input that is not found out by looking at the bytes. */
export type Member = Pick<
  Input,
  'name' | 'mediaType' | 'label' | 'place' | 'path' | 'size' | 'depth' | 'unpacked'
> & {
  stream(): AsyncIterable<Uint8Array>;
};

/** Shared by all that is read of one asset. */
export interface Context {
  readonly budget: Budget;
  readonly digests: readonly (keyof Digests)[];
  /** As ExtractHints.over. */
  over(): boolean;
  readonly signal: AbortSignal;
  /** As ExtractHints.ocr. */
  readonly ocr: OcrCommand | undefined;
  /** Reads a member like a file: format, segments, gaps, and its note with digests at the end. */
  member(member: Member): AsyncGenerator<Extracted, void, undefined>;
}

/** Reads one format. What it throws ends this content only and becomes a gap. */
export type Read = (input: Input, context: Context) => AsyncGenerator<Extracted, void, undefined>;

/** Damage or a limit met while reading; becomes a gap. The message says what, never content. */
export class ContentError extends Error {
  readonly reason: GapReason;

  constructor(reason: GapReason, message: string, options: { readonly cause?: unknown } = {}) {
    super(message, options);
    this.name = 'ContentError';
    this.reason = reason;
  }
}

/** A sample has enough: reading ends here, and that is no gap. */
export class SampleEnd extends ContentError {
  constructor() {
    super('size-limit', 'the sample ends here');
    this.name = 'SampleEnd';
  }
}

/** The source's own failure, passed through every reader unchanged: not the content's fault. */
export class SourceFailure extends Error {
  constructor(cause: unknown) {
    super('the source failed', { cause });
    this.name = 'SourceFailure';
  }
}

export function gapNote(input: Pick<Input, 'place'>, reason: GapReason, message: string): GapNote {
  return { type: 'gap', reason, message, ...(input.place === '' ? {} : { place: input.place }) };
}

/** `place` within `input`: `a.zip!/b.csv row 3`, `from byte 5242880 row 3`. */
export function placeIn({ place: outer, part = '' }: Pick<Input, 'place' | 'part'>, place: string): string {
  if (outer === '' && part === '') return place;
  return [outer, part, place].filter((name) => name !== '').join(' ');
}

/** A table's name within `input`: all pieces of a table are one table. */
export function tableIn({ place }: Pick<Input, 'place'>, name: string): string {
  return placeIn({ place }, name);
}
