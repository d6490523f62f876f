/** A set of an automaton's nodes that is filled, read and emptied again thousands of times without new memory. */
export class NodeSet {
  /** The first `size` are in it, in no order that means anything. */
  readonly nodes: Int32Array;
  size = 0;
  /** By node: the last round in which it was added. */
  readonly #added: Uint32Array;
  #round = 1;

  /** For nodes 0 to `nodes` - 1. */
  constructor(nodes: number) {
    this.nodes = new Int32Array(nodes);
    this.#added = new Uint32Array(nodes);
  }

  clear(): void {
    this.size = 0;
    this.#round++;
  }

  add(node: number): void {
    if (this.#added[node] === this.#round) return;
    this.#added[node] = this.#round;
    this.nodes[this.size++] = node;
  }

  /** Adds those of `nodes` from `from` to `to`. */
  addAll(nodes: Int32Array, from: number, to: number): void {
    for (let i = from; i < to; i++) this.add(nodes[i]!);
  }

  /** Whether these are the nodes in it; `nodes` has each once. */
  equals(nodes: Int32Array, from: number, to: number): boolean {
    if (to - from !== this.size) return false;
    for (let i = from; i < to; i++) if (this.#added[nodes[i]!] !== this.#round) return false;
    return true;
  }

  /** Takes out the nodes that `values` has something for, and gives what it has: a value from 0 on, -1 for nothing. */
  takeOut(values: Int32Array): readonly number[] {
    const found: number[] = [];
    let kept = 0;
    for (let i = 0; i < this.size; i++) {
      const node = this.nodes[i]!;
      const value = values[node]!;
      if (value < 0) {
        this.nodes[kept++] = node;
        continue;
      }
      this.#added[node] = 0;
      found.push(value);
    }
    this.size = kept;
    return found;
  }

  toArray(): Int32Array {
    return this.nodes.slice(0, this.size);
  }
}
