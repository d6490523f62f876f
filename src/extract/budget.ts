/** What may be unpacked from one asset: members, bytes and the ratio of inflated to packed. */
import { ContentError, SampleEnd } from './reader.ts';
import type { ExtractLimits } from './segment.ts';

/** Below this many inflated bytes a ratio says nothing. */
const RATIO_FROM = 10 * 1024 ** 2;

/** Of a sample, so many times its bytes are unpacked. */
const SAMPLE_RATIO = 4;

/** One asset's budget, spent by all archives in it. */
export class Budget {
  readonly limits: ExtractLimits;
  #members = 0;
  #inflated = 0;

  readonly #sampled: boolean;

  /** `sample`: bytes of the asset that are to be read, when not all of it is. Its end is then no gap. */
  constructor(limits: ExtractLimits, sample?: number) {
    const inflated = Math.min(limits.inflated, (sample ?? Number.POSITIVE_INFINITY) * SAMPLE_RATIO);
    this.limits = { ...limits, inflated };
    this.#sampled = inflated < limits.inflated;
  }

  /** False when the members are used up. */
  takeMember(): boolean {
    if (this.#members >= this.limits.members) return false;
    this.#members += 1;
    return true;
  }

  /** True when nothing more may be inflated. */
  get spent(): boolean {
    return this.#inflated >= this.limits.inflated;
  }

  /** What to throw when more would have to be inflated. */
  exceeded(): ContentError {
    if (this.#sampled) return new SampleEnd();
    return new ContentError('archive-limit', `unpacks to more than ${this.limits.inflated} bytes`);
  }

  /** Bytes that may still be inflated. */
  get left(): number {
    return Math.max(0, this.limits.inflated - this.#inflated);
  }

  /** Accounts for bytes that lie in an archive as they are: only a sample has enough of them at some time. */
  store(bytes: number): void {
    if (!this.#sampled) return;
    this.#inflated += bytes;
    if (this.#inflated > this.limits.inflated) throw this.exceeded();
  }

  /**
   * Accounts for `bytes` more out of one stream that has given `inflated` for `packed` bytes so far.
   * @throws ContentError `archive-limit`
   */
  inflate(bytes: number, { inflated, packed }: { readonly inflated: number; readonly packed: number }): void {
    this.#inflated += bytes;
    if (this.#inflated > this.limits.inflated) throw this.exceeded();
    if (inflated > RATIO_FROM && inflated > packed * this.limits.ratio) {
      throw new ContentError('archive-limit', `unpacks to more than ${this.limits.ratio} times its size`);
    }
  }
}
