/** The names of the public views and of their columns. */
import type { InventoryReader } from './read.ts';

/** By name. */
export function readViewNames(reader: InventoryReader): readonly string[] {
  return names(reader, /* sql */ `object as name from documentation where position = 0`);
}

/** Of all views, by name. */
export function readColumnNames(reader: InventoryReader): readonly string[] {
  return names(reader, /* sql */ `column as name from documentation where column <> ''`);
}

function names(reader: InventoryReader, select: string): readonly string[] {
  const sql = /* sql */ `select distinct ${select} and substr(object, 1, 1) <> '_' order by name`;
  return reader.rows<{ name: string }>(sql).map(({ name }) => name);
}
