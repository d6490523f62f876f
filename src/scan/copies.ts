/** After a source: what is new is compared with what is known, and copies and moves are recorded. */
import { relate } from '../copies/relate.ts';
import type { InventoryWriter } from '../inventory/types.ts';

/** Sketches that are compared in one transaction, at most: each one walks through the index. */
export const BATCH = 100_000;

/** Ends when no sketch waits to be compared. */
export function recogniseCopies(
  writer: Pick<InventoryWriter, 'groupCopies' | 'noteCopies'>,
  { runId, at }: { readonly runId: number; readonly at: string },
): void {
  while (writer.groupCopies(relate, BATCH) > 0);
  writer.noteCopies(runId, at);
}
