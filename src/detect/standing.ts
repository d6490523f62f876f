/** Where a scan stands between two pieces of a text. Stays valid when the automaton's table is thrown away. */
export interface Standing {
  /** Each once, in any order. */
  readonly nodes: Int32Array;
  /** Which openings are possible behind the last byte. */
  readonly group: number;
}

/** No nodes: nothing has begun. */
export const NOWHERE = new Int32Array(0);
