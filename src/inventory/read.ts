/** The reading side of the inventory: views through a handle that cannot write, and anybody's SQL with a time limit. */
import { type ChainCheck, verifyChain } from './events.ts';
import { explainError, openForReading } from './open.ts';
import { type Parameters, type QueryOptions, type QueryResult, runQuery } from './query.ts';

/** One value of a row: text, number, bytes or null. */
export type Value = string | number | Uint8Array | null;

export interface InventoryReader {
  readonly file: string;
  /** Rows of this folder's own SQL, all at once; T is their shape, by the SQL. */
  rows<T>(sql: string, parameters?: Readonly<Record<string, Value>>): readonly T[];
  /** Anybody's SQL: see runQuery. */
  query(sql: string, parameters?: Parameters, options?: QueryOptions): Promise<QueryResult>;
  /** Recomputes the chain of events (Q40). */
  verifyChain(): ChainCheck;
  close(): void;
}

/** @throws UserError exit 2 when there is no such file, exit 4 when it is not an inventory of this version */
export function openReader(file: string): InventoryReader {
  const db = openForReading(file);
  const guarded = <T>(work: () => T): T => {
    try {
      return work();
    } catch (error) {
      throw explainError(file, error);
    }
  };
  return {
    file,
    rows: <T>(sql: string, parameters: Readonly<Record<string, Value>> = {}) =>
      guarded(() => db.prepare<[typeof parameters], T>(sql).all(parameters)),
    query: (sql, parameters = {}, options = {}) => runQuery({ file, sql, parameters }, options),
    verifyChain: () => guarded(() => verifyChain(db)),
    close: () => db.close(),
  };
}
