/** Lists a place several requests ahead, yet gives its pages in order: each request may leave further pieces to be listed. */

/** A page, and what is left to list after it and before the pieces that follow, in order. */
export interface Fetched<Piece, Page> {
  readonly page: Page;
  readonly rest: readonly Piece[];
}

/** A piece whose page may be on its way already. */
interface Pending<Piece, Page> {
  readonly piece: Piece;
  page?: Promise<Page>;
  arrived?: boolean;
}

/**
 * The pages of `start`, in order; `next` is the piece that the following page begins, undefined at the end. Up to `ahead`
 * requests run at once, the nearest pages first, and up to twice as many pages are held. What the pages hold depends on the
 * listing alone, never on timing.
 */
export async function* listAhead<Piece, Page>(
  fetch: (piece: Piece) => Promise<Fetched<Piece, Page>>,
  start: readonly Piece[],
  ahead: number,
): AsyncGenerator<{ readonly page: Page; readonly next: Piece | undefined }> {
  const pending: Pending<Piece, Page>[] = start.map((piece) => ({ piece }));

  function fetchAhead(): void {
    const begun = pending.filter((each) => each.page !== undefined);
    let running = begun.filter((each) => !each.arrived).length;
    let held = begun.length;
    for (const [index, each] of pending.entries()) {
      if (index > 0 && (running >= ahead || held >= 2 * ahead)) return;
      if (each.page !== undefined) continue;
      running += 1;
      held += 1;
      each.page = begin(each);
      // Looked at when its turn comes; until then it must not count as unhandled.
      each.page.catch(() => undefined);
    }
  }

  async function begin(each: Pending<Piece, Page>): Promise<Page> {
    const { page, rest } = await fetch(each.piece);
    each.arrived = true;
    pending.splice(pending.indexOf(each) + 1, 0, ...rest.map((piece) => ({ piece })));
    fetchAhead();
    return page;
  }

  for (;;) {
    fetchAhead();
    const first = pending[0]?.page;
    if (first === undefined) return;
    const page = await first;
    pending.shift();
    yield { page, next: pending[0]?.piece };
  }
}
