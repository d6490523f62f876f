/** What stands at the end of an ORC file and of each stripe: where what is (https://orc.apache.org/specification/ORCv1). */
import { isCodec, type OrcCodec, unpackAll } from './orc-bytes.ts';
import { ProtoMessage } from './protobuf-message.ts';
import { ContentError } from './reader.ts';
import type { Access } from './zip-access.ts';

const FOOTER_BYTES = 64 * 1024 ** 2;
/** The last byte says how long the part before it is. */
const POSTSCRIPT_BYTES = 256;
/** Types within types. */
const DEPTH = 64;

export interface OrcType {
  /** The number of the column. */
  readonly id: number;
  readonly kind: number;
  readonly scale: number;
  readonly children: readonly { readonly name: string; readonly type: OrcType }[];
}

export interface OrcStripe {
  readonly offset: number;
  /** Bytes of indexes, of data, of its footer: they lie one after the other. */
  readonly index: number;
  readonly data: number;
  readonly footer: number;
  readonly rows: number;
}

export interface OrcTail {
  readonly codec: OrcCodec;
  readonly root: OrcType;
  readonly stripes: readonly OrcStripe[];
  /** What a program wrote beside the table. */
  readonly metadata: readonly { readonly name: string; readonly text: string }[];
  readonly encrypted: boolean;
}

/** @throws ContentError `malformed`, `unsupported-format` */
export async function orcTail(access: Access): Promise<OrcTail> {
  const end = Buffer.from(await access.read(Math.max(0, access.size - POSTSCRIPT_BYTES), access.size));
  const length = end.at(-1) ?? 0;
  if (length === 0 || length >= end.length) throw cut();
  const postscript = new ProtoMessage(end.subarray(end.length - 1 - length, end.length - 1));
  // The oldest files do not say it here.
  if (postscript.has(8000) && postscript.text(8000) !== 'ORC') throw cut();
  const kind = postscript.number(2);
  if (!isCodec(kind)) throw new ContentError('unsupported-format', 'compressed by LZO, which is not read');
  const codec = { kind, block: postscript.number(3) };
  const footerEnd = access.size - 1 - length;
  const footerStart = footerEnd - postscript.number(1);
  if (footerStart < 0 || footerEnd - footerStart > FOOTER_BYTES) throw cut();
  const packed = Buffer.from(await access.read(footerStart, footerEnd));
  const footer = new ProtoMessage(unpackAll(packed, codec, FOOTER_BYTES));
  const stripes = footer.messages(3).map((stripe) => ({
    offset: stripe.number(1),
    index: stripe.number(2),
    data: stripe.number(3),
    footer: stripe.number(4),
    rows: stripe.number(5),
  }));
  const metadata = footer.messages(5).map((item) => ({ name: item.text(1), text: item.text(2) }));
  return { codec, root: rootOf(footer.messages(4)), stripes, metadata, encrypted: footer.has(10) };
}

/** Types refer to those that come after them; each is referred to once. */
function rootOf(types: readonly ProtoMessage[]): OrcType {
  const seen = new Set<number>();
  const build = (id: number, depth: number): OrcType => {
    const type = types[id];
    if (type === undefined || seen.has(id) || depth > DEPTH) throw cut();
    seen.add(id);
    const names = type.texts(3);
    const children = type
      .numbers(2)
      .map((child, i) => ({ name: names[i] ?? '', type: build(child, depth + 1) }));
    return { id, kind: type.number(1), scale: type.number(6), children };
  };
  return build(0, 0);
}

export interface OrcStream {
  readonly column: number;
  /** What it holds: PRESENT 0, DATA 1, LENGTH 2, DICTIONARY_DATA 3, SECONDARY 5. */
  readonly kind: number;
  readonly start: number;
  readonly end: number;
}

export interface OrcDirectory {
  readonly streams: readonly OrcStream[];
  /** DIRECT 0, DICTIONARY 1, and both with runs of version 2: 2, 3; by column. */
  readonly encodings: readonly { readonly kind: number; readonly entries: number }[];
  /** Empty where it is not said. */
  readonly timezone: string;
}

/** @throws ContentError `malformed` */
export async function orcDirectory(
  access: Access,
  stripe: OrcStripe,
  codec: OrcCodec,
): Promise<OrcDirectory> {
  const start = stripe.offset + stripe.index + stripe.data;
  if (!(start + stripe.footer <= access.size) || stripe.footer > FOOTER_BYTES) throw cut();
  const packed = Buffer.from(await access.read(start, start + stripe.footer));
  const footer = new ProtoMessage(unpackAll(packed, codec, FOOTER_BYTES));
  let at = stripe.offset;
  const streams = footer.messages(1).map((stream) => {
    const from = at;
    at += stream.number(3);
    return { kind: stream.number(1), column: stream.number(2), start: from, end: at };
  });
  if (at > start) throw cut();
  const encodings = footer
    .messages(2)
    .map((encoding) => ({ kind: encoding.number(1), entries: encoding.number(2) }));
  return { streams, encodings, timezone: footer.text(3) };
}

function cut(): ContentError {
  return new ContentError('malformed', 'the table is damaged or cut short');
}
