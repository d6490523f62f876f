/** What may be said of a value without keeping it: whether it is on a deny list, its shape. */

/** Known test values; only their letters and digits count. */
export class DenyList {
  readonly #keys: ReadonlySet<string>;
  /** By a key's last two units: most values are told by theirs. */
  readonly #endings: ReadonlySet<string>;

  constructor(values: readonly string[]) {
    const keys = values.map(denyKey);
    this.#keys = new Set(keys);
    this.#endings = new Set(keys.map((key) => key.slice(-2)));
  }

  has(value: string): boolean {
    const ending = value.slice(-2);
    if (/^[a-z\d]{2}$/.test(ending) && !this.#endings.has(ending)) return false;
    return this.#keys.has(denyKey(value));
  }
}

function denyKey(value: string): string {
  return value.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '');
}

/** `999-99-9999` for a social security number: letters `A`/`a`, digits `9`, the rest as it is; at most 40 characters. */
export function shapeOf(value: string): string {
  const shape = value
    .replace(/\p{Lu}/gu, 'A')
    .replace(/[\p{L}\p{M}]/gu, 'a')
    .replace(/\p{N}/gu, '9')
    .replace(/\s+/g, ' ');
  return Array.from(shape).slice(0, 40).join('');
}
