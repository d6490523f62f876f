/** Character sets of DICOM (PS3.3, C.12.1.1.2) by the names that TextDecoder knows. */

const LABELS: Readonly<Record<string, string>> = {
  'ISO_IR 100': 'windows-1252',
  'ISO_IR 101': 'iso-8859-2',
  'ISO_IR 109': 'iso-8859-3',
  'ISO_IR 110': 'iso-8859-4',
  'ISO_IR 144': 'iso-8859-5',
  'ISO_IR 127': 'iso-8859-6',
  'ISO_IR 126': 'iso-8859-7',
  'ISO_IR 138': 'iso-8859-8',
  'ISO_IR 148': 'windows-1254',
  'ISO_IR 13': 'shift_jis',
  'ISO_IR 166': 'windows-874',
  'ISO_IR 192': 'utf-8',
  'ISO 2022 IR 13': 'iso-2022-jp',
  'ISO 2022 IR 87': 'iso-2022-jp',
  'ISO 2022 IR 149': 'euc-kr',
  'ISO 2022 IR 58': 'gb18030',
  GB18030: 'gb18030',
  GBK: 'gbk',
};

/** Decodes values of a file whose Specific Character Set is `declared`: several names, divided by backslashes. */
export function decoderFor(declared: string): (bytes: Uint8Array) => string {
  const names = declared.split('\\').map((name) => name.trim());
  const label = names.map((name) => LABELS[name]).findLast((known) => known !== undefined) ?? 'windows-1252';
  const decoder = new TextDecoder(label);
  return (bytes) => decoder.decode(bytes);
}
