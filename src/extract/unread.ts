/** Formats that are known by their first bytes and not read: each asset of them is a gap with its reason. */
import type { UnreadFormat } from './format.ts';

const LATER = 'no reader yet';

export const UNREAD_FORMATS: readonly UnreadFormat[] = [
  ...noText('image', 'picture', [
    ['gif', 'GIF8'],
    ['bmp', 'BM'],
    ['x-icon', '\0\0\x01\0', 'ico'],
    ['jp2', '\0\0\0\x0cjP  '],
    ['vnd.adobe.photoshop', '8BPS', 'psd'],
  ]),
  ...noText('audio', 'sound', [
    ['mpeg', 'ID3', 'mp3'],
    ['mpeg', '\xff\xfb'],
    ['flac', 'fLaC'],
    ['ogg', 'OggS'],
    ['midi', 'MThd', 'mid'],
    ['aiff', 'FORM', 'aif'],
  ]),
  ...noText('video', 'video', [
    ['x-matroska', '\x1aE\xdf\xa3', 'mkv', 'webm'],
    ['x-flv', 'FLV\x01'],
    ['mpeg', '\0\0\x01\xba', 'mpg'],
  ]),
  ...noText('font', 'font', [
    ['woff', 'wOFF'],
    ['woff2', 'wOF2'],
    ['ttf', '\0\x01\0\0\0'],
    ['otf', 'OTTO'],
    ['collection', 'ttcf'],
  ]),
  ...noText('application', 'machine code', [
    ['x-executable', '\x7fELF', 'so', 'o'],
    ['vnd.microsoft.portable-executable', 'MZ', 'exe', 'dll', 'pyd'],
    ['x-mach-binary', '\xcf\xfa\xed\xfe', 'dylib'],
    ['x-mach-binary', '\xca\xfe\xba\xbe', 'class'],
    ['wasm', '\0asm'],
    ['x-llvm', 'BC\xc0\xde', 'bc'],
    ['x-archive', '!<arch>\n', 'a'],
  ]),
  // Vectors; the documents lie beside them, in a pickle or a database.
  ...noText('application', 'FAISS index', [
    ['x-faiss', 'IxF2', 'faiss'],
    ['x-faiss', 'IxFI', 'faiss'],
    ['x-faiss', 'IxMp', 'faiss'],
    ['x-faiss', 'IxM2', 'faiss'],
    ['x-faiss', 'IwFl', 'faiss'],
    ['x-faiss', 'IwPQ', 'faiss'],
    ['x-faiss', 'IHNf', 'faiss'],
  ]),
  { ...unread('riff', 'sound or video', 'audio/wav', 'RIFF', 'wav', 'avi'), gap: 'no-text', why: 'not read' },
  {
    ...unread('mp4', 'video or sound', 'video/mp4', '', 'mp4', 'mov', 'm4a', 'm4v', '3gp'),
    gap: 'no-text',
    why: 'not read',
    signatures: [{ bytes: 'ftyp', at: 4 }],
  },
  {
    ...unread('duckdb', 'DuckDB database', 'application/vnd.duckdb', '', 'duckdb'),
    signatures: [{ bytes: 'DUCK', at: 8 }],
  },
  {
    ...unread('sas7bdat', 'SAS table', 'application/x-sas-data', '', 'sas7bdat'),
    signatures: [{ bytes: '\xc2\xea\x81\x60\xb3\x14\x11\xcf\xbd\x92', at: 12 }],
  },
  unread('cpio', 'cpio archive', 'application/x-cpio', '070701', 'cpio'),
  unread('feather', 'Feather table of before 2020', 'application/x-feather', 'FEA1', 'fea'),
  unread('rar', 'RAR', 'application/vnd.rar', 'Rar!\x1a\x07', 'rar'),
  {
    ...unread('gpg', 'encrypted file', 'application/pgp-encrypted', '\x85\x02', 'gpg', 'pgp', 'age'),
    gap: 'encrypted',
    why: 'provide a decrypted copy',
  },
  {
    ...unread('kdbx', 'password safe', 'application/x-keepass2', '\x03\xd9\xa2\x9a', 'kdbx'),
    gap: 'encrypted',
    why: 'a KeePass database',
  },
];

/** What no signature and no encoding fits. */
export const UNKNOWN_FORMAT: UnreadFormat = {
  name: 'unknown',
  title: 'unknown binary file',
  mediaTypes: ['application/octet-stream'],
  extensions: [],
  gap: 'unsupported-format',
  why: 'neither text nor a format that we know',
};

function unread(
  name: string,
  title: string,
  mediaType: string,
  ...[signature, ...extensions]: [string, ...string[]]
): UnreadFormat {
  return {
    name,
    title,
    mediaTypes: [mediaType],
    extensions,
    signatures: signature === '' ? [] : [{ bytes: signature }],
    gap: 'unsupported-format',
    why: LATER,
  };
}

/** Rows of subtype, signature, extensions. */
function noText(
  type: string,
  title: string,
  rows: readonly (readonly [string, string, ...string[]])[],
): readonly UnreadFormat[] {
  return rows.map(([subtype, bytes, ...extensions]) => ({
    name: subtype.replace(/^x-/, ''),
    title,
    mediaTypes: [`${type}/${subtype}`],
    extensions: extensions.length > 0 ? extensions : [subtype],
    signatures: [{ bytes }],
    gap: 'no-text',
    why: 'not read',
  }));
}
