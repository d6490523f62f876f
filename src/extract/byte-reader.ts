/** A stream of bytes taken in portions of known length: what formats made of records are read with. */

/** Reads forward only. A portion is valid until the next one is asked for. */
export class ByteReader {
  readonly #chunks: AsyncIterator<Buffer>;
  #held: Buffer = Buffer.alloc(0);
  #offset = 0;

  constructor(stream: AsyncIterable<Buffer>) {
    this.#chunks = stream[Symbol.asyncIterator]();
  }

  /** Bytes taken so far. */
  get offset(): number {
    return this.#offset;
  }

  /** Exactly `length` bytes, or fewer at the end. */
  async take(length: number): Promise<Buffer> {
    if (this.#held.length < length) {
      const parts: Buffer[] = [Buffer.from(this.#held)];
      let got = this.#held.length;
      this.#held = Buffer.alloc(0);
      while (got < length) {
        const chunk = await this.#next();
        if (chunk === undefined) break;
        // The chunk's memory may be used again while the next one is waited for.
        parts.push(Buffer.from(chunk));
        got += chunk.length;
      }
      this.#held = Buffer.concat(parts);
    }
    return this.#cut(length);
  }

  /** Exactly `length` bytes when they are at hand; undefined when they must be waited for. */
  takeNow(length: number): Buffer | undefined {
    return this.#held.length >= length ? this.#cut(length) : undefined;
  }

  /** The next `length` bytes in the source's own chunks; fewer at the end. */
  async *stream(length: number): AsyncGenerator<Buffer, void, undefined> {
    let left = length;
    while (left > 0) {
      if (this.#held.length === 0) {
        const chunk = await this.#next();
        if (chunk === undefined) return;
        this.#held = chunk;
      }
      const part = this.#cut(left);
      left -= part.length;
      yield part;
    }
  }

  /** Passes over `length` bytes. */
  async skip(length: number): Promise<void> {
    for await (const _ of this.stream(length));
  }

  #cut(length: number): Buffer {
    const part = this.#held.subarray(0, length);
    this.#held = this.#held.subarray(part.length);
    this.#offset += part.length;
    return part;
  }

  async #next(): Promise<Buffer | undefined> {
    const { done, value } = await this.#chunks.next();
    return done ? undefined : value;
  }
}
