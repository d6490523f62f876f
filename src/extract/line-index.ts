/** Which line an offset of a stream of text lies on, when offsets are asked for in ascending order. */

/** Keeps only the line ends that lie ahead of the last offset asked for. */
export class LineIndex {
  #length = 0;
  #line = 1;
  #ends: number[] = [];
  #next = 0;

  /** The next piece of the text. */
  add(text: string): void {
    if (this.#next > 0) {
      this.#ends = this.#ends.slice(this.#next);
      this.#next = 0;
    }
    for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) {
      this.#ends.push(this.#length + at);
    }
    this.#length += text.length;
  }

  /** 1-based. */
  at(offset: number): number {
    while ((this.#ends[this.#next] ?? Number.POSITIVE_INFINITY) < offset) {
      this.#next += 1;
      this.#line += 1;
    }
    return this.#line;
  }
}
