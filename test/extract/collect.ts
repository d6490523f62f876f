/** Runs the extractor over bytes and gathers what comes out in a form that does not depend on how segments are cut. */
import { extract } from '../../src/extract/index.ts';
import {
  type ByteSource,
  EXTRACT_LIMITS,
  type ExtractLimits,
  type FormatNote,
  type MemberNote,
  type OcrCommand,
  type SampleNote,
} from '../../src/extract/segment.ts';
import type { Digests, Gap } from '../../src/model.ts';

export interface CollectOptions {
  readonly name?: string;
  readonly mediaType?: string;
  /** Lengths of the source's chunks, repeated; default all in one. */
  readonly cuts?: readonly number[];
  readonly limits?: Partial<ExtractLimits>;
  readonly digests?: readonly (keyof Digests)[];
  readonly signal?: AbortSignal;
  readonly ocr?: OcrCommand;
  /** Offer random access. */
  readonly ranged?: boolean;
}

export interface Collected {
  readonly formats: readonly FormatNote[];
  /** Running text by place, one entry per run. */
  readonly texts: readonly { readonly place: string; readonly line: number | null; readonly text: string }[];
  /** Every cell that is not empty. */
  readonly cells: readonly { readonly place: string; readonly column: string; readonly cell: string }[];
  /** Cells that stand in the text as well. */
  readonly keyed: readonly { readonly place: string; readonly column: string; readonly cell: string }[];
  readonly gaps: readonly Gap[];
  readonly members: readonly MemberNote[];
  /** Undefined for what was read whole. */
  readonly sample: Omit<SampleNote, 'type'> | undefined;
}

/** A source that reuses one buffer for its chunks, as connectors may. */
export function sourceOf(
  bytes: Uint8Array,
  { cuts = [], ranged = false }: Pick<CollectOptions, 'cuts' | 'ranged'> = {},
): ByteSource {
  const chunks = Buffer.alloc(bytes.length);
  return {
    size: bytes.length,
    async *stream() {
      for (let start = 0, i = 0; start < bytes.length; i += 1) {
        const length = Math.min(bytes.length - start, cuts[i % cuts.length] ?? bytes.length);
        chunks.set(bytes.subarray(start, start + length));
        yield chunks.subarray(0, length);
        chunks.fill(0x7e, 0, length);
        start += length;
      }
    },
    ...(ranged ? { read: async (start: number, end: number) => bytes.slice(start, end) } : {}),
  };
}

export async function collect(
  content: Uint8Array | string,
  options: CollectOptions = {},
): Promise<Collected> {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  return collectFrom(sourceOf(bytes, options), options);
}

export async function collectFrom(source: ByteSource, options: CollectOptions = {}): Promise<Collected> {
  const formats: FormatNote[] = [];
  const texts: { place: string; line: number | null; text: string }[] = [];
  const parts: Buffer[][] = [];
  const cells: { place: string; column: string; cell: string }[] = [];
  const keyed: { place: string; column: string; cell: string }[] = [];
  const gaps: Gap[] = [];
  const members: MemberNote[] = [];
  let sample: Collected['sample'];
  const segments = extract(source, {
    name: options.name ?? '',
    mediaType: options.mediaType ?? null,
    limits: { ...EXTRACT_LIMITS, ...options.limits },
    digests: options.digests ?? [],
    ...(options.ocr ? { ocr: options.ocr } : {}),
    signal: options.signal ?? new AbortController().signal,
  });
  for await (const part of segments) {
    if (part.type === 'format') formats.push(part);
    else if (part.type === 'member') members.push(part);
    else if (part.type === 'gap') {
      const { type: _, ...gap } = part;
      gaps.push(gap);
    } else if (part.type === 'rows') {
      const into = part.inText ? keyed : cells;
      for (const [r, row] of part.rows.entries()) {
        for (const [c, cell] of row.entries()) {
          if (cell !== '') into.push({ place: part.place(r, c), column: part.columns[c] ?? '', cell });
        }
      }
    } else if (part.type === 'sample') {
      const { type: _, ...note } = part;
      sample = note;
    } else {
      if (!part.continues) {
        texts.push({ place: part.place, line: part.line, text: '' });
        parts.push([]);
      }
      parts.at(-1)?.push(Buffer.from(part.bytes));
    }
  }
  return {
    formats,
    texts: texts.map((text, i) => ({ ...text, text: Buffer.concat(parts[i] ?? []).toString() })),
    cells,
    keyed,
    gaps,
    members,
    sample,
  };
}

/** `place = cell` of every cell, for short expectations. */
export function cellLines({ cells }: Collected): string[] {
  return cells.map(({ place, cell }) => `${place} = ${cell}`);
}
