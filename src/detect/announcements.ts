/** What an automaton announces while it runs: positions behind a prefix's last byte, and which set of prefixes ends there. */
export class Announcements {
  positions = new Int32Array(64);
  sets = new Int32Array(64);
  count = 0;

  add(position: number, set: number): void {
    if (this.count === this.positions.length) {
      this.positions = doubled(this.positions);
      this.sets = doubled(this.sets);
    }
    this.positions[this.count] = position;
    this.sets[this.count++] = set;
  }

  /** Takes over the other's announcements, which come after its own. */
  addAll(later: Announcements): void {
    for (let i = 0; i < later.count; i++) this.add(later.positions[i]!, later.sets[i]!);
  }
}

function doubled(array: Int32Array): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(array.length * 2);
  larger.set(array);
  return larger;
}
