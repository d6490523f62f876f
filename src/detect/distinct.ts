/** Counts distinct values in memory by 64-bit hashes of them; keeps no value, and nothing of it is stored. */

/** Distinct values counted exactly; above it the size is a lower bound. */
const MOST_DISTINCT = 65_536;

const SMALLEST = 16;
/** How a full set grows. */
const GROWTH = 4;

/** By ASCII character: the same in lower case, or `SKIPPED`. */
const SKIPPED = 0xff;
const FOLDED = Uint8Array.from({ length: 0x80 }, (_, unit) => {
  const character = String.fromCharCode(unit);
  return '\t\n ()-'.includes(character) ? SKIPPED : character.toLowerCase().charCodeAt(0);
});

/**
 * A hash set of pairs of 32-bit numbers, two cells each; 0 0 is an empty place. A `Set` of numbers would hold an object for each
 * and take longer than all else that is done with a value.
 */
export class DistinctValues {
  #cells = new Int32Array(SMALLEST);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** Case, spaces, hyphens and round brackets make no difference: people write them between groups. */
  add(value: string): void {
    if (this.#size >= MOST_DISTINCT) return;
    // The case of letters beyond ASCII is left to the language.
    if (!this.#add(value, 0x80)) this.#add(value.toLowerCase(), 0x10000);
  }

  /** False when a UTF-16 unit is not below the limit: then nothing is added. */
  #add(text: string, limit: number): boolean {
    let high = 0xdeadbeef;
    let low = 0x41c6ce57;
    for (let i = 0; i < text.length; i++) {
      let unit = text.charCodeAt(i);
      if (unit < 0x80) {
        unit = FOLDED[unit]!;
        if (unit === SKIPPED) continue;
      } else if (unit >= limit) return false;
      high = Math.imul(high ^ unit, 2654435761);
      low = Math.imul(low ^ unit, 1597334677);
    }
    // The mixing of two halves by cyrb53.
    high = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909);
    low = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909);
    this.#put(high, low);
    return true;
  }

  /** Gives the hash of every value, in no particular order. */
  each(take: (high: number, low: number) => void): void {
    const cells = this.#cells;
    for (let i = 0; i < cells.length; i += 2) {
      if (cells[i] !== 0 || cells[i + 1] !== 0) take(cells[i]!, cells[i + 1]!);
    }
  }

  addAll(other: DistinctValues): void {
    const cells = other.#cells;
    for (let i = 0; i < cells.length && this.#size < MOST_DISTINCT; i += 2) {
      if (cells[i] !== 0 || cells[i + 1] !== 0) this.#put(cells[i]!, cells[i + 1]!);
    }
  }

  #put(high: number, low: number): void {
    const cells = this.#cells;
    const second = high === 0 && low === 0 ? 1 : low;
    let at = (low * 2) & (cells.length - 1);
    while (cells[at] !== 0 || cells[at + 1] !== 0) {
      if (cells[at] === high && cells[at + 1] === second) return;
      at = (at + 2) & (cells.length - 1);
    }
    cells[at] = high;
    cells[at + 1] = second;
    this.#size++;
    // Half full at most, so that a free place is never far.
    if (this.#size * 4 > cells.length) this.#grow();
  }

  #grow(): void {
    const old = this.#cells;
    this.#cells = new Int32Array(old.length * GROWTH);
    this.#size = 0;
    for (let i = 0; i < old.length; i += 2) {
      if (old[i] !== 0 || old[i + 1] !== 0) this.#put(old[i]!, old[i + 1]!);
    }
  }
}
