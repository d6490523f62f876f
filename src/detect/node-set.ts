/** A set of an automaton's nodes that is filled, read and emptied again thousands of times without new memory. */
export class NodeSet {
  /** The first `size` are in it, in the order in which they came. */
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

  toArray(): Int32Array {
    return this.nodes.slice(0, this.size);
  }
}
