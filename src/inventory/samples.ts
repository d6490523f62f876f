/** How much was read of a content that was not read whole, with the bounds of what it may have missed. */
import type { Database } from 'better-sqlite3';
import type { SampleResult } from './types.ts';

export function createSamples(db: Database) {
  const remove = db.prepare<[number]>(/* sql */ 'delete from _samples where content_id = ?');
  const insert = db.prepare(/* sql */ `
    insert into _samples (content_id, how, unit, read, total, draws, rows, seed, row_bound, draw_bound)
    values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`);
  return {
    replace(contentId: number, sample: SampleResult | undefined): void {
      remove.run(contentId);
      if (sample === undefined) return;
      const { how, unit, read, total, draws, rows, seed } = sample;
      insert.run(contentId, how, unit, read, total, draws, rows, seed, boundOf(rows), boundOf(draws));
    },
  };
}

/**
 * The most of a population that may have what none of `drawn` independent draws had, at 95 % confidence: exact binomial, about
 * 3 / drawn. Null without a draw, when nothing can be said.
 */
export function boundOf(drawn: number): number | null {
  return drawn > 0 ? 1 - 0.05 ** (1 / drawn) : null;
}
