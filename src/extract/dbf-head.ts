/** The beginning of a dBase table, which has no signature: a header and its fields that agree with each other. */

/** Bytes of the header without its fields, and of each field. */
export const FIELD_BYTES = 32;
/** dBase II to VII, FoxBase and FoxPro, with memos or without. */
const VERSIONS = new Set([
  0x02, 0x03, 0x04, 0x30, 0x31, 0x32, 0x43, 0x63, 0x83, 0x8b, 0x8c, 0xcb, 0xf5, 0xfb,
]);
const END_OF_FIELDS = 0x0d;
const TYPES = 'CNFDLMIYTBG+@OVQPW0';

export interface DbfHeader {
  readonly rows: number;
  /** Bytes of header and fields. */
  readonly length: number;
  /** Bytes of a row, its mark of deletion included. */
  readonly rowLength: number;
  /** As the language driver's number says. */
  readonly codePage: number;
}

export interface DbfField {
  readonly name: string;
  /** One letter. */
  readonly type: string;
  /** In the row. */
  readonly offset: number;
  readonly length: number;
}

/** True for a header with a date that may be, and a first field that may be. */
export function isDbf(head: Buffer): boolean {
  const header = head.length < 2 * FIELD_BYTES ? undefined : decodeHeader(head);
  if (header === undefined) return false;
  const [field] = decodeFields(head.subarray(FIELD_BYTES, 2 * FIELD_BYTES));
  return field !== undefined && /^[A-Za-z_]\w*$/.test(field.name) && field.length > 0;
}

/** Undefined when it is none. dBase VII, whose fields are of another size, is none. */
export function decodeHeader(bytes: Buffer): DbfHeader | undefined {
  const [version = 0, , month = 0, day = 0] = bytes;
  const [length, rowLength] = [bytes.readUInt16LE(8), bytes.readUInt16LE(10)];
  const dated = month >= 1 && month <= 12 && day >= 1 && day <= 31;
  if (!VERSIONS.has(version) || !dated || length <= 2 * FIELD_BYTES || rowLength < 2) return undefined;
  return { rows: bytes.readUInt32LE(4), length, rowLength, codePage: bytes[29] ?? 0 };
}

/** The fields up to the mark that ends them. */
export function decodeFields(bytes: Buffer): readonly DbfField[] {
  const fields: DbfField[] = [];
  let offset = 1;
  for (let at = 0; at + FIELD_BYTES <= bytes.length && bytes[at] !== END_OF_FIELDS; at += FIELD_BYTES) {
    const name = bytes.toString('latin1', at, at + 11).replace(/\0.*$/s, '');
    const type = String.fromCharCode(bytes[at + 11] ?? 0);
    if (!TYPES.includes(type)) break;
    // Texts of more than 255 bytes have the rest of their length where others count decimals.
    const length = (bytes[at + 16] ?? 0) + (type === 'C' ? 256 * (bytes[at + 17] ?? 0) : 0);
    fields.push({ name, type, offset, length });
    offset += length;
  }
  return fields;
}
