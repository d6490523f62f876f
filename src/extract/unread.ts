/** Formats that are known by their first bytes and not read: each asset of them is a gap with its reason. */
import type { Signature, UnreadFormat } from './format.ts';

const LATER = 'no reader yet';
const SQLITE = 'close what writes the database (or pragma wal_checkpoint), and scan again';
const SAS = '\xc2\xea\x81\x60\xb3\x14\x11\xcf\xbd\x92';

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
  ...noText('image', 'drawing', [
    ['wmf', '\xd7\xcd\xc6\x9a', 'wmf'],
    ['vnd.djvu', 'AT&TFORM', 'djvu'],
  ]),
  ...noText('image', 'picture', [
    ['bigtiff', 'II+\0', 'btf'],
    ['jxl', '\0\0\0\x0cJXL ', 'jxl'],
    ['bpg', 'BPG\xfb'],
  ]),
  ...noText('audio', 'sound', [
    ['amr', '#!AMR'],
    ['x-ms-asf', '\x30\x26\xb2\x75', 'wma', 'wmv', 'asf'],
  ]),
  ...convert([
    [
      'duckdb',
      'DuckDB database',
      { bytes: 'DUCK', at: 8 },
      "export it (EXPORT DATABASE 'folder' (FORMAT parquet)), and scan the folder",
      'duckdb',
      'ddb',
    ],
    // What is in them is not in the database yet.
    [
      'sqlite-log',
      'SQLite log',
      { bytes: '\x37\x7f\x06\x82' },
      SQLITE,
      'db-wal',
      'sqlite-wal',
      'sqlite3-wal',
    ],
    ['sqlite-log', 'SQLite log', { bytes: '\x37\x7f\x06\x83' }, SQLITE],
    [
      'sqlite-log',
      'SQLite log',
      { bytes: '\xd9\xd5\x05\xf9\x20\xa1\x63\xd7' },
      SQLITE,
      'db-journal',
      'sqlite-journal',
      'sqlite3-journal',
    ],
    ['sas7bdat', 'SAS table', { bytes: SAS, at: 12 }, 'save it as csv', 'sas7bdat'],
    [
      'sas-transport',
      'SAS transport file',
      { bytes: 'HEADER RECORD*******LIB', inText: true },
      'save it as csv',
      'xpt',
    ],
    [
      'access',
      'Access database',
      { bytes: 'Standard Jet DB', at: 4 },
      'export its tables as csv or xlsx',
      'mdb',
    ],
    [
      'access',
      'Access database',
      { bytes: 'Standard ACE DB', at: 4 },
      'export its tables as csv or xlsx',
      'accdb',
    ],
    ['outlook', 'Outlook data file', { bytes: '!BDN' }, 'export it as mbox or msg', 'pst', 'ost'],
    [
      'onenote',
      'OneNote section',
      { bytes: '\xe4\x52\x5c\x7b\x8c\xd8\xa7\x4d' },
      'export it as PDF or docx',
      'one',
    ],
    ['rdata', 'R data', { bytes: 'RDX' }, 'save it as csv (write.csv)', 'rda', 'rdata'],
    ['rds', 'R data', { bytes: 'X\n\0\0\0' }, 'save it as csv (write.csv)', 'rds'],
    ['matlab', 'MATLAB data', { bytes: 'MATLAB 5.0 MAT-file' }, 'save it as csv or HDF5 (-v7.3)', 'mat'],
    ['netcdf', 'netCDF data', { bytes: 'CDF\x01' }, 'convert it to netCDF 4 or csv', 'nc'],
    ['netcdf', 'netCDF data', { bytes: 'CDF\x02' }, 'convert it to netCDF 4 or csv', 'cdf'],
    ['hdf4', 'HDF 4 data', { bytes: '\x0e\x03\x13\x01' }, 'convert it to HDF5', 'hdf'],
    ['grib', 'GRIB data', { bytes: 'GRIB' }, 'convert it to netCDF 4', 'grb', 'grib', 'grib2'],
    ['fits', 'FITS data', { bytes: 'SIMPLE  =', inText: true }, 'convert it to csv', 'fits'],
    [
      'feather',
      'Feather table of before 2020',
      { bytes: 'FEA1' },
      'write it again as Feather 2 or Parquet',
      'fea',
    ],
    ['lmdb', 'LMDB database', { bytes: '\xde\xc0\xef\xbe', at: 16 }, 'export it (mdb_dump)', 'mdb'],
    ['berkeley-db', 'Berkeley DB', { bytes: '\x62\x31\x05\0', at: 12 }, 'export it (db_dump)'],
    ['berkeley-db', 'Berkeley DB', { bytes: '\x61\x15\x06\0', at: 12 }, 'export it (db_dump)'],
    ['rar', 'RAR', { bytes: 'Rar!\x1a\x07' }, 'unpack it, or pack it as zip or 7z', 'rar'],
    ['cab', 'cabinet', { bytes: 'MSCF\0\0\0\0' }, 'unpack it', 'cab'],
    ['cpio', 'cpio archive', { bytes: '07070' }, 'unpack it, or pack it as tar', 'cpio'],
    ['cpio', 'cpio archive', { bytes: '\xc7\x71' }, 'unpack it, or pack it as tar'],
    ['rpm', 'package', { bytes: '\xed\xab\xee\xdb' }, 'unpack it', 'rpm'],
    ['compress', 'compress', { bytes: '\x1f\x9d' }, 'unpack it, or pack it as gzip', 'z'],
    ['lzip', 'lzip', { bytes: 'LZIP\x01' }, 'unpack it, or pack it as xz', 'lz'],
    ['snappy', 'Snappy frames', { bytes: '\xff\x06\0\0sNaPpY' }, 'unpack it, or pack it as zstd', 'sz'],
    ['qcow', 'disk image', { bytes: 'QFI\xfb' }, 'mount it, and scan what is in it'],
    ['vmdk', 'disk image', { bytes: 'KDMV' }, 'mount it, and scan what is in it'],
    ['vhdx', 'disk image', { bytes: 'vhdxfile' }, 'mount it, and scan what is in it'],
    ['zip-part', 'part of a split zip', { bytes: 'PK\x07\x08' }, 'join the parts', 'z01', 'z02'],
    ['chm', 'help file', { bytes: 'ITSF' }, 'unpack it', 'chm'],
    ['dwg', 'AutoCAD drawing', { bytes: 'AC10' }, 'save it as PDF or dxf', 'dwg'],
    ['tnef', 'winmail.dat', { bytes: '\x78\x9f\x3e\x22' }, 'unpack it (tnef)', 'tnef'],
    ['flash', 'Flash', { bytes: 'CWS' }, 'save it in another format', 'swf'],
    ['flash', 'Flash', { bytes: 'FWS' }, 'save it in another format'],
    ['wordperfect', 'WordPerfect document', { bytes: '\xffWPC' }, 'save it as docx', 'wpd', 'wp'],
    ['lotus', 'Lotus 1-2-3 sheet', { bytes: '\0\0\x02\0\x06\x04\x06\0' }, 'save it as xlsx', 'wk1', 'wks'],
    [
      'lotus',
      'Lotus 1-2-3 sheet',
      { bytes: '\0\0\x1a\0\0\x10\x04\0' },
      'save it as xlsx',
      'wk3',
      'wk4',
      '123',
    ],
    ['excel-4', 'workbook of Excel 4 or before', { bytes: '\x09\x04\x06\0' }, 'save it as xlsx'],
    ['excel-4', 'workbook of Excel 4 or before', { bytes: '\x09\x02\x06\0' }, 'save it as xlsx'],
    ['warc', 'web archive', { bytes: 'WARC/1.' }, 'extract its pages', 'warc'],
    ['java-keystore', 'keystore', { bytes: '\xfe\xed\xfe\xed' }, 'it holds keys or certificates', 'jks'],
  ]),
  {
    ...unread('emf', 'drawing', 'image/emf', '', 'emf'),
    signatures: [{ bytes: ' EMF', at: 40 }],
    gap: 'no-text',
    why: 'not read',
  },
  // What nothing but its name tells.
  ...named([
    ['database-log', 'log of a database', 'close or checkpoint the database, and export it', 'wal'],
    ['tfrecord', 'TFRecord data', 'export its examples as jsonl', 'tfrecord', 'tfrecords'],
    ['leveldb', 'LevelDB table', 'export it as jsonl', 'ldb', 'sst'],
    ['disk-image', 'disk image', 'mount it, and scan what is in it', 'iso', 'img', 'dmg', 'vdi', 'vhd'],
    ['sas-data', 'SAS table', 'save it as csv', 'sd2', 'ssd01'],
    ['pkcs7', 'signed or encrypted message', 'open it, and save what is in it', 'p7m', 'p7s', 'p7b', 'p7c'],
    [
      'keys',
      'keys or certificates',
      'look whether a private key is in it',
      'der',
      'cer',
      'crt',
      'p12',
      'pfx',
      'p8',
    ],
    ['brotli', 'Brotli', 'unpack it, or pack it as gzip', 'br'],
    ['vectors', 'vectors', 'numbers, no text', 'hnsw', 'ann', 'usearch'],
    ['model', 'model', 'numbers, no text', 'tflite', 'mlmodel', 'caffemodel', 'engine', 'params', 'pb'],
  ]),
  {
    ...unread('gpg', 'encrypted file', 'application/pgp-encrypted', '\x85\x02', 'gpg', 'pgp', 'age'),
    gap: 'encrypted',
    why: 'provide a decrypted copy',
  },
  {
    ...unread('gpg', 'encrypted file', 'application/pgp-encrypted', '\x85\x01'),
    gap: 'encrypted',
    why: 'provide a decrypted copy',
  },
  {
    ...unread('age', 'encrypted file', 'application/x-age-encryption', 'age-encryption.org/v1'),
    signatures: [{ bytes: 'age-encryption.org/v1\n', inText: true }],
    gap: 'encrypted',
    why: 'provide a decrypted copy',
  },
  {
    ...unread('parquet-encrypted', 'encrypted Parquet table', 'application/x-parquet-encrypted', 'PARE'),
    gap: 'encrypted',
    why: 'provide a decrypted copy',
  },
  {
    ...unread('openssl', 'encrypted file', 'application/x-openssl', 'Salted__', 'enc'),
    gap: 'encrypted',
    why: 'provide a decrypted copy',
  },
  {
    ...unread('luks', 'encrypted disk', 'application/x-luks', 'LUKS\xba\xbe'),
    gap: 'encrypted',
    why: 'open it, and scan what is in it',
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

/** Rows of name, title, signature, what to do, extensions. */
function convert(
  rows: readonly (readonly [string, string, Signature, string, ...string[]])[],
): readonly UnreadFormat[] {
  return rows.map(([name, title, signature, advice, ...extensions]) => ({
    name,
    title,
    mediaTypes: [`application/x-${name}`],
    extensions,
    signatures: [signature],
    gap: 'unsupported-format',
    why: `not read; ${advice}`,
  }));
}

/** Rows of name, title, what to do, extensions. */
function named(rows: readonly (readonly [string, string, string, ...string[]])[]): readonly UnreadFormat[] {
  return rows.map(([name, title, advice, ...extensions]) => ({
    name,
    title,
    mediaTypes: [`application/x-${name}`],
    extensions,
    named: true,
    gap: 'unsupported-format',
    why: `not read; ${advice}`,
  }));
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
