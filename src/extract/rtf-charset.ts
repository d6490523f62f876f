/** Character sets of old Windows documents by their numbers. */

/** Code pages by the `charset` of a font ([MS-WMF] 2.1.1.5). */
const CHARSETS: Readonly<Record<number, number>> = {
  0: 1252,
  77: 10_000,
  128: 932,
  129: 949,
  134: 936,
  136: 950,
  161: 1253,
  162: 1254,
  163: 1258,
  177: 1255,
  178: 1256,
  186: 1257,
  204: 1251,
  222: 874,
  238: 1250,
};

const LABELS: Readonly<Record<number, string>> = {
  866: 'ibm866',
  874: 'windows-874',
  932: 'shift_jis',
  936: 'gbk',
  949: 'euc-kr',
  950: 'big5',
  1200: 'utf-16le',
  10000: 'macintosh',
  10007: 'x-mac-cyrillic',
  20866: 'koi8-r',
  21866: 'koi8-u',
  51932: 'euc-jp',
  54936: 'gb18030',
  65001: 'utf-8',
};

/** The code page of a font's character set; undefined for symbols and the default. */
export function pageOfCharset(charset: number): number | undefined {
  return CHARSETS[charset];
}

/** The code page that rich text means by `\mac`, `\pc` and `\pca`. */
export function codePageOf(word: 'mac' | 'pc' | 'pca'): number {
  return word === 'mac' ? 10_000 : 1252;
}

/** A decoder for a code page; windows-1252 for one that the platform does not know. */
export function decoderOf(page: number): { decode(bytes: Uint8Array): string } {
  const label = LABELS[page] ?? (page >= 1250 && page <= 1258 ? `windows-${page}` : 'windows-1252');
  return new TextDecoder(label);
}
