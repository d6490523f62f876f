/** Lists a bucket: its live objects, several requests ahead, in the order of their names; and what is beside them when asked for. */
import { compareKeys, folderOf, mayFollow } from '../../src/bucket/keys.ts';
import { type KeyRange, listRange, type RangeSource } from '../../src/bucket/ranges.ts';
import type { Container, Environment, Page } from '../../src/connector.ts';
import { ConnectorError } from '../../src/errors.ts';
import type { Client } from './client.ts';
import { bucketUri } from './keys.ts';
import { listOthers } from './others.ts';
import type { Settings } from './settings.ts';
import { LISTED_FIELDS, type Listing, readListing } from './wire.ts';

/** GCS never gives more. */
const MOST_OBJECTS = 1000;

export interface ListContext {
  readonly client: Client;
  readonly settings: Settings;
  readonly environment: Environment;
}

/** Live objects; live ones with their noncurrent generations; soft-deleted ones. */
export type Pass = 'live' | 'versions' | 'trash';

/** The cursor is the pass and the last name that was given in it: it stays good for as long as the bucket exists. */
export async function* listBucket(
  context: ListContext,
  container: Container,
  from: string | undefined,
  signal: AbortSignal,
): AsyncGenerator<Page> {
  const { versions, trash } = context.settings;
  const passes: readonly Pass[] = [versions ? 'versions' : 'live', ...(trash ? (['trash'] as const) : [])];
  const [begun, after] = splitCursor(from);
  const remaining = passes.slice(Math.max(0, passes.indexOf(begun ?? 'live')));
  for (const [index, pass] of remaining.entries()) {
    const start = index === 0 ? after : undefined;
    const following = remaining[index + 1];
    const pages =
      pass === 'live'
        ? listLive(context, container.id, start, signal)
        : listOthers(context, { bucket: container.id, pass }, start, signal);
    for await (const { assets, next } of pages) {
      const goesOn = next !== null ? `${pass}:${next}` : following === undefined ? null : `${following}:`;
      yield { assets, gaps: [], next: goesOn };
    }
  }
}

function splitCursor(from: string | undefined): readonly [Pass | undefined, string | undefined] {
  if (from === undefined) return [undefined, undefined];
  const colon = from.indexOf(':');
  // Only ever what listBucket gave.
  return [from.slice(0, colon) as Pass, from.slice(colon + 1) || undefined];
}

async function* listLive(
  context: ListContext,
  bucket: string,
  from: string | undefined,
  signal: AbortSignal,
): AsyncGenerator<{ readonly assets: Page['assets']; readonly next: string | null }> {
  const { prefixes } = context.settings;
  const remaining = prefixes.filter((prefix) => from === undefined || mayFollow(prefix, from));
  // What was asked for ahead is given up when the reader stops early.
  const stop = new AbortController();
  try {
    for (const [index, prefix] of remaining.entries()) {
      const source = rangeSource(context, { bucket, prefix }, AbortSignal.any([signal, stop.signal]));
      const after = from?.startsWith(prefix) ? from : '';
      const start: KeyRange = { after, upTo: null, token: undefined, folder: folderOf(prefix), cut: false };
      for await (const { entries, last } of listRange(source, start, context.environment.concurrency)) {
        const ended = last && index === remaining.length - 1;
        const next = ended ? null : entries.at(-1)?.name;
        if (next !== undefined) yield { assets: entries.map(({ asset }) => asset), next };
      }
    }
  } finally {
    stop.abort();
  }
  if (remaining.length === 0) yield { assets: [], next: null };
}

type Entry = Listing['objects'][number];

function rangeSource(
  context: ListContext,
  { bucket, prefix }: { readonly bucket: string; readonly prefix: string },
  signal: AbortSignal,
): RangeSource<Entry> {
  return {
    keyOf: (entry) => entry.name,
    page: async ({ after, upTo, token: begun }) => {
      let span = begun === undefined ? undefined : readSpan(begun, upTo);
      for (;;) {
        const asked = { start: after, end: endAfter(upTo), ...span };
        const listing = await requestListing(context, { bucket, prefix, ...asked }, signal);
        // The start is inclusive, and servers that ignore it begin at the beginning.
        const entries = listing.objects.filter(({ name }) => compareKeys(name, after) > 0);
        checkAscending(bucket, after, entries);
        const next = listing.token;
        if (next === undefined) return { entries, more: false, token: undefined };
        // A page without anything new may be followed by others, but only by a new token.
        if (next === asked.token) throw stuck(bucket);
        const { start, end } = asked;
        if (entries.length > 0)
          return { entries, more: true, token: JSON.stringify({ start, end, token: next }) };
        span = { start, end, token: next };
      }
    },
    folders: async (folder, after) => {
      const within = folder.startsWith(prefix) ? folder : prefix;
      const parts = { bucket, prefix: within, start: after, delimiter: '/' };
      const { folders, token } = await requestListing(context, parts, signal);
      return { folders: folders.toSorted(compareKeys), more: token !== undefined };
    },
  };
}

/** What a page token belongs to: it serves only where all else is asked as it was. */
interface Span {
  readonly start: string;
  readonly end?: string | undefined;
  readonly token: string;
}

/** Undefined when the range was cut since the token was given, so that another end is asked for. */
function readSpan(text: string, upTo: string | null): Span | undefined {
  // Only ever what `page` gave.
  const span = JSON.parse(text) as Span;
  return span.end === endAfter(upTo) ? span : undefined;
}

/** A name that follows `upTo` so closely that nothing lies between which the next piece would not give too. */
function endAfter(upTo: string | null): string | undefined {
  return upTo === null ? undefined : `${upTo}\u0001`;
}

/** One request. @throws ConnectorError */
export async function requestListing(
  { client, environment }: ListContext,
  asked: {
    readonly bucket: string;
    readonly prefix: string;
    /** Names from this one on; '' for all. */
    readonly start: string;
    /** Names before this one; absent for all. */
    readonly end?: string | undefined;
    /** Continues the request that gave it, which must have been the same otherwise. */
    readonly token?: string | undefined;
    readonly delimiter?: string;
    readonly pass?: Pass;
  },
  signal: AbortSignal,
): Promise<Listing> {
  const { bucket, prefix, start, end, token, delimiter, pass = 'live' } = asked;
  const operation = { name: 'objects.list', uri: bucketUri(bucket), permission: 'storage.objects.list' };
  const query = {
    prefix: prefix || undefined,
    delimiter,
    maxResults: delimiter === undefined ? Math.min(environment.pageSize, MOST_OBJECTS) : MOST_OBJECTS,
    pageToken: token,
    startOffset: start || undefined,
    endOffset: end,
    versions: pass === 'versions' || undefined,
    softDeleted: pass === 'trash' || undefined,
    fields: LISTED_FIELDS,
  };
  const path = `/b/${encodeURIComponent(bucket)}/o`;
  return readListing(await client.json(operation, signal, { path, query }), bucket);
}

/** A server that sorts by other rules, or repeats a page, could give a short or endless listing without a sign of it. */
function checkAscending(bucket: string, after: string, entries: readonly Entry[]): void {
  let before = after;
  for (const { name } of entries) {
    if (compareKeys(name, before) <= 0) {
      throw new ConnectorError(
        'unsupported',
        `objects.list ${bucketUri(bucket)}: the server does not list names in ascending order of their bytes, so that a listing cannot be proved whole; it is not Google's`,
      );
    }
    before = name;
  }
}

export function stuck(bucket: string): ConnectorError {
  return new ConnectorError(
    'unsupported',
    `objects.list ${bucketUri(bucket)}: the server says that there is more and does not give it; the listing cannot be proved whole`,
  );
}
