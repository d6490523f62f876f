/** The beginning of an Arrow stream, which has no signature: a mark, the length of the schema, the schema. */

/** Beyond this the schema of a table that people made does not go. */
const SCHEMA_BYTES = 16 * 1024 ** 2;
/** "Schema" among Arrow's messages. */
const SCHEMA = 1;

/** True when `head` begins with a message that is a schema. */
export function isArrowStream(head: Buffer): boolean {
  if (head.length < 40 || head.readInt32LE() !== -1) return false;
  const length = head.readInt32LE(4);
  const table = 8 + head.readUInt32LE(8);
  if (length < 32 || length > SCHEMA_BYTES || length % 8 !== 0 || table + 4 > head.length) return false;
  const fields = table - head.readInt32LE(table);
  if (fields < 8 || fields + 10 > head.length || head.readUInt16LE(fields) < 10) return false;
  return head[table + head.readUInt16LE(fields + 6)] === SCHEMA;
}
