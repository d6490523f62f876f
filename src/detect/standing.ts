/** Where a run of the automaton stands, and how two such places are compared. */

/** Where a scan stands between two pieces of a text. Stays valid when the table is thrown away. */
export interface Standing {
  readonly nodes: Int32Array;
  readonly group: number;
}

/** No nodes: nothing has begun. */
export const NOWHERE = new Int32Array(0);

/** `set`: what is announced there. */
export function hashOf({ nodes, group }: Standing, set: number): number {
  let hash = Math.imul(group + 1, 0x9e3779b1) ^ Math.imul(set + 2, 0x85ebca6b);
  for (let i = 0; i < nodes.length; i++) hash = Math.imul(hash ^ nodes[i]!, 0x01000193);
  return hash;
}

export function equal(a: Standing, b: Standing): boolean {
  if (a.group !== b.group || a.nodes.length !== b.nodes.length) return false;
  for (let i = 0; i < a.nodes.length; i++) if (a.nodes[i] !== b.nodes[i]) return false;
  return true;
}
