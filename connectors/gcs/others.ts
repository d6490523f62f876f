/** Lists what is not live: noncurrent generations beside the live ones, or soft-deleted objects. One page after the other. */
import { compareKeys, mayFollow } from '../../src/bucket/keys.ts';
import type { Asset, Page } from '../../src/connector.ts';
import { type ListContext, type Pass, requestListing, stuck } from './list.ts';
import type { Listing } from './wire.ts';

type Entry = Listing['objects'][number];

/**
 * `next` is the last name whose generations were all given: a page never ends between two generations of one object, so that
 * one with more than fit makes a larger page, which is held in memory.
 */
export async function* listOthers(
  context: ListContext,
  scope: { readonly bucket: string; readonly pass: Pass },
  from: string | undefined,
  signal: AbortSignal,
): AsyncGenerator<{ readonly assets: Page['assets']; readonly next: string | null }> {
  const { pageSize } = context.environment;
  let page: Asset[] = [];
  let last: string | undefined;
  for await (const { name, assets } of objectsOf(context, scope, from, signal)) {
    if (last !== undefined && page.length + assets.length > pageSize) {
      yield { assets: page, next: last };
      page = [];
    }
    page.push(...assets);
    last = name;
  }
  yield { assets: page, next: null };
}

/** The generations of one object after the other, in the order of their assets' keys. */
async function* objectsOf(
  context: ListContext,
  scope: { readonly bucket: string; readonly pass: Pass },
  from: string | undefined,
  signal: AbortSignal,
): AsyncGenerator<{ readonly name: string; readonly assets: readonly Asset[] }> {
  let open: Entry[] = [];
  for (const prefix of context.settings.prefixes) {
    if (from !== undefined && !mayFollow(prefix, from)) continue;
    let token: string | undefined;
    do {
      const asked = { ...scope, prefix, start: from ?? '', token };
      const listing = await requestListing(context, asked, signal);
      for (const entry of listing.objects) {
        if (from !== undefined && compareKeys(entry.name, from) <= 0) continue;
        if (open[0] !== undefined && open[0].name !== entry.name) {
          yield together(open);
          open = [];
        }
        open.push(entry);
      }
      if (listing.token !== undefined && listing.token === token) throw stuck(scope.bucket);
      token = listing.token;
    } while (token !== undefined);
  }
  if (open.length > 0) yield together(open);
}

function together(entries: readonly Entry[]): { readonly name: string; readonly assets: readonly Asset[] } {
  const assets = entries.map(({ asset }) => asset).toSorted((a, b) => compareKeys(a.key, b.key));
  return { name: entries[0]?.name ?? '', assets };
}
