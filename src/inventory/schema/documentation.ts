/** Reads the meaning of tables, views and columns from the comments that SQLite keeps with their definitions. */

export interface Meaning {
  /** Table or view. */
  readonly object: string;
  /** Empty for the object itself. */
  readonly column: string;
  readonly meaning: string;
}

/**
 * One meaning for each commented line of a `create table` or `create view` text: the comment lines right after the name
 * are the object's; `name type -- meaning` is a table's column, `expression as name, -- meaning` a view's.
 */
export function readMeanings(type: 'table' | 'view', object: string, sql: string): readonly Meaning[] {
  const own: string[] = [];
  const columns: Meaning[] = [];
  const column = type === 'table' ? /^\s+(\w+) .*-- (.+)$/ : /(\w+),? -- (.+)$/;
  for (const line of sql.split('\n')) {
    const comment = /^\s*-- (.+)$/.exec(line)?.[1];
    if (comment !== undefined) {
      if (columns.length === 0) own.push(comment);
      continue;
    }
    const [, name, meaning] = column.exec(line) ?? [];
    if (name !== undefined && meaning !== undefined) columns.push({ object, column: name, meaning });
  }
  return own.length === 0 ? columns : [{ object, column: '', meaning: own.join(' ') }, ...columns];
}
