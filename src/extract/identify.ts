/** Tells formats apart: by signature, then by what the text looks like, then by name and media type. */
import { tableDelimiter } from './csv-dialect.ts';
import { encodingOf } from './encoding.ts';
import type { Format, ReadFormat } from './format.ts';
import { HEAD_BYTES } from './limits.ts';
import { isMbox } from './mbox-split.ts';
import { toText } from './pieces.ts';
import type { Input } from './reader.ts';
import { FORMATS } from './registry.ts';
import { isSql } from './sql.ts';
import { UNKNOWN_FORMAT, UNREAD_FORMATS } from './unread.ts';

interface Signed {
  readonly format: Format;
  readonly bytes: Buffer;
  readonly at: number;
  /** Counts only where the rest is no text: it is all letters. */
  readonly binary: boolean;
}

export interface Identity {
  readonly format: Format;
  /** Set when name and content disagree: `.jpg is a zip`. */
  readonly note?: string;
}

const ALL: readonly Format[] = [...Object.values(FORMATS), ...UNREAD_FORMATS];
/** Those further in first: what stands at the beginning of a DICOM or tar file is anybody's. */
const SIGNED: readonly Signed[] = ALL.flatMap((format) =>
  (format.signatures ?? []).map(({ bytes, at = 0, inText = false }) => {
    const letters = at === 0 && !inText && /^[\x20-\x7e\n]*$/.test(bytes);
    return { format, bytes: Buffer.from(bytes, 'latin1'), at, binary: letters };
  }),
).toSorted((a, b) => b.at - a.at);
const MATCHED: readonly Format[] = ALL.filter((format) => format.matches !== undefined);
const BY_EXTENSION: ReadonlyMap<string, Format> = new Map(
  ALL.flatMap((format) => format.extensions.map((extension) => [extension, format] as const)).toReversed(),
);
/** Binary formats that nothing but their name tells. */
const BY_NAME: ReadonlyMap<string, Format> = new Map(
  ALL.filter(({ named }) => named === true).flatMap((format) =>
    format.extensions.map((extension) => [extension, format] as const),
  ),
);
const BY_MEDIA_TYPE: ReadonlyMap<string, Format> = new Map(
  ALL.flatMap((format) => format.mediaTypes.map((type) => [type, format] as const)).toReversed(),
);
/** Programs call both messages and mailboxes so. */
const MAIL_NAMES = new Set(['eml', 'mbox', 'mbx']);
/** Names that say nothing about what text is in them. */
const VAGUE = new Set([
  '',
  'txt',
  'text',
  'dat',
  'data',
  'out',
  'bak',
  'old',
  'orig',
  'tmp',
  'export',
  'dump',
  'list',
]);

export function identify(input: Pick<Input, 'head' | 'name' | 'mediaType'>): Identity {
  const { head, name } = input;
  const extension = extensionOf(name);
  const encoding = encodingOf(head);
  const known = signedFormat(head, encoding !== undefined);
  // Books whose first member is not the one that says so.
  const signed = known === FORMATS.zip && extension === 'epub' ? FORMATS.epub : known;
  const format: Format =
    signed ??
    MATCHED.find((candidate) => candidate.matches?.(head)) ??
    (encoding
      ? textFormat(input, extension, encoding.encoding === 'utf-8')
      : (BY_NAME.get(extension) ?? BY_NAME.get(name.toLowerCase()) ?? UNKNOWN_FORMAT));
  const claimed = BY_EXTENSION.get(extension);
  if (claimed === undefined || claimed === format || claimed.name === format.name) return { format };
  // Between text formats a name is only a habit, and many formats are zips inside.
  if (claimed.signatures === undefined && signed === undefined) return { format };
  if (claimed.extensions.includes(extension) && format.extensions.includes(extension)) return { format };
  return { format, note: `.${extension} is ${format.title}` };
}

function extensionOf(name: string): string {
  const base = name.toLowerCase().replace(/(?:\.(?:bak|old|orig|tmp|part|\d+)|~| \(\d+\)| copy)+$/, '');
  // `.env.production`
  if (base.startsWith('.env.')) return 'env';
  const dot = base.lastIndexOf('.');
  return dot === -1 ? '' : base.slice(dot + 1);
}

function signedFormat(head: Buffer, text: boolean): Format | undefined {
  const format = SIGNED.find(
    ({ bytes, at, binary }) =>
      head[at] === bytes[0] &&
      !(text && binary) &&
      bytes.compare(head, at, Math.min(head.length, at + bytes.length)) === 0,
  )?.format;
  if (format !== FORMATS.zip) return format;
  const start = head.toString('latin1');
  return EPUB.test(start) ? FORMATS.epub : OFFICE.test(start) ? FORMATS.office : format;
}

/** What the first member of a book holds. */
const EPUB = /^PK\x03\x04.{26}mimetype.{0,64}?application\/epub\+zip/s;

/** Names that the first members of an Office document have. */
const OFFICE =
  /^PK\x03\x04.{26}(?:\[Content_Types\]\.xml|_rels\/\.rels|docProps\/|word\/|xl\/|ppt\/|mimetypeapplication\/vnd\.oasis)/s;

/** `narrow`: one byte a character, so the head can be looked at as it is. */
function textFormat(
  { head, mediaType }: Pick<Input, 'head' | 'mediaType'>,
  extension: string,
  narrow: boolean,
): ReadFormat {
  const named = BY_EXTENSION.get(extension) ?? BY_MEDIA_TYPE.get(mediaType?.split(';')[0]?.trim() ?? '');
  const claimed = named !== undefined && 'load' in named && isTextual(named) ? named : undefined;
  const start = narrow ? toText(head) : head.toString('latin1').replaceAll('\0', '');
  const json = /^\ufeff?\s*(?:\{\s*["}]|\[\s*(?:[{"\]]|\[\s*[[{"\d\]-]))/.test(start);
  if (claimed === FORMATS.ipynb || claimed === FORMATS.json || claimed === FORMATS.jsonl) {
    return claimed === FORMATS.ipynb ? (json ? claimed : FORMATS.text) : jsonFlavour(start, claimed);
  }
  // A log of a program that writes JSON.
  if (extension === 'log' && json && jsonFlavour(start, FORMATS.text) === FORMATS.jsonl) return FORMATS.jsonl;
  if (MAIL_NAMES.has(extension) || claimed === undefined || VAGUE.has(extension)) {
    if (isMbox(start)) return FORMATS.mbox;
    if (MAIL.test(start)) return FORMATS.eml;
  }
  if (claimed !== undefined && !VAGUE.has(extension))
    return claimed === FORMATS.mbox ? FORMATS.text : claimed;
  if (json && start !== '') return jsonFlavour(start, FORMATS.json);
  if (PLIST.test(start)) return FORMATS.plist;
  if (/^\ufeff?\s*<\?xml/.test(start)) return FORMATS.xml;
  if (/^\ufeff?\s*BEGIN:(?:VCARD|VCALENDAR)\s/i.test(start)) return FORMATS.vcard;
  if (!VAGUE.has(extension)) return FORMATS.text;
  if (/^\ufeff?\s*<(?:!doctype html|html|head|body|table)\b/i.test(start)) return FORMATS.html;
  if (isSql(start)) return FORMATS.sql;
  return tableDelimiter(start, head.length < HEAD_BYTES) === undefined ? FORMATS.text : FORMATS.csv;
}

/** True for formats that text can be of. */
function isTextual({ signatures, matches, named }: Format): boolean {
  return signatures === undefined && matches === undefined && named === undefined;
}

/** A property list in XML. */
const PLIST = /^\ufeff?\s*(?:<\?xml[^>]{0,200}>\s*)?(?:<!DOCTYPE\s+plist\b[^>]{0,400}>\s*)?<plist\b/;

/** A message begins with header fields, one of which only mail has. */
const MAIL =
  /^(?:[!-9;-~]+: .*\r?\n(?:[ \t].*\r?\n)*)*?(?:Received|Message-ID|Return-Path|MIME-Version|Delivered-To): /i;

/** Lines of objects are JSON lines whatever the name, and a document over lines is not. */
function jsonFlavour(start: string, claimed: ReadFormat): ReadFormat {
  const text = start.trimStart();
  const end = text.indexOf('\n');
  if (end === -1) return claimed;
  const next = text.slice(end).trimStart();
  const line = text.slice(0, end);
  if (!isJson(line)) return claimed === FORMATS.jsonl && !/[{[,]\s*$/.test(line) ? claimed : FORMATS.json;
  return next === '' ? claimed : /^[{[]/.test(next) ? FORMATS.jsonl : claimed;
}

function isJson(line: string): boolean {
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false;
  }
}
