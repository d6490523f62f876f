/**
 * Lists a container's blobs: flat, the next page being asked for while the last is worked on; or folder by folder, several
 * at once, without entering excluded ones. Azure promises no order by bytes and names where to go on only by its own markers.
 */
import type { BlobItem } from '@azure/storage-blob';
import { type Fetched, listAhead } from '../../src/bucket/ahead.ts';
import { compareKeys } from '../../src/bucket/keys.ts';
import type { Asset, Container, Environment, ListingGap, Page } from '../../src/connector.ts';
import { ConnectorError } from '../../src/errors.ts';
import type { Client } from './client.ts';
import { PERMISSIONS } from './failure.ts';
import { blobUri } from './keys.ts';
import type { Settings } from './settings.ts';
import { toAsset, wholePage } from './wire.ts';

/** Azure never gives more. */
const MOST_BLOBS = 5000;

export interface ListContext {
  readonly client: Client;
  readonly settings: Settings;
  readonly environment: Environment;
}

/** A page of a folder whose subfolders are being listed: those up to `after` were, then comes the page at `next`. */
interface OpenPage {
  readonly folder: string;
  readonly marker: string | null;
  readonly next: string | null;
  readonly after: string;
}

/**
 * Where a page begins: at a marker in a folder (which is a prefix), below pages that are not done with. With `open`, its
 * blobs were given already and only the subfolders after `open` remain. As JSON it is the cursor, so that its size
 * depends on the depth alone.
 */
interface Piece {
  readonly folder: string;
  readonly marker: string | null;
  readonly open?: Pick<OpenPage, 'next' | 'after'>;
  /** Outermost first. */
  readonly above: readonly OpenPage[];
}

interface Found {
  readonly assets: readonly Asset[];
  readonly gaps: readonly ListingGap[];
}

export async function* listBlobs(
  context: ListContext,
  container: Container,
  from: string | undefined,
  signal: AbortSignal,
): AsyncGenerator<Page> {
  // What was asked for ahead is given up when the reader stops early.
  const stop = new AbortController();
  const both = AbortSignal.any([signal, stop.signal]);
  const fetch = (piece: Piece) => fetchPiece(context, container, piece, both);
  const start = piecesFrom(context.settings.prefixes, from);
  try {
    for await (const { page, next } of listAhead(fetch, start, context.environment.concurrency)) {
      if (page.assets.length === 0 && page.gaps.length === 0 && next !== undefined) continue;
      yield { ...page, next: next === undefined ? null : JSON.stringify(next) };
    }
  } finally {
    stop.abort();
  }
}

/** Everything; or a cursor's piece, what is left of the pages above it from the innermost, and the prefixes after its own. */
function piecesFrom(prefixes: readonly string[], from: string | undefined): readonly Piece[] {
  const roots = prefixes.map((folder): Piece => ({ folder, marker: null, above: [] }));
  if (from === undefined) return roots;
  // Only ever what listBlobs gave.
  const piece = JSON.parse(from) as Piece;
  const { above } = piece;
  const opened = above.map(({ folder, marker, next, after }, index): Piece => {
    return { folder, marker, open: { next, after }, above: above.slice(0, index) };
  });
  const root = prefixes.indexOf(above[0]?.folder ?? piece.folder);
  return root < 0 ? roots : [piece, ...opened.toReversed(), ...roots.slice(root + 1)];
}

async function fetchPiece(
  context: ListContext,
  container: Container,
  piece: Piece,
  signal: AbortSignal,
): Promise<Fetched<Piece, Found>> {
  const { folder, marker, open, above } = piece;
  const answer = await request(context, container, piece, signal);
  const next = open === undefined ? answer.next : open.next;
  const remaining = answer.folders.filter((name) => open === undefined || compareKeys(name, open.after) > 0);
  const excluded = remaining.filter((name) => context.environment.skip?.(name.slice(0, -1), true));
  const entered = remaining
    .filter((name) => !excluded.includes(name))
    .toSorted(compareKeys)
    .map((name): Piece => {
      const page = { folder, marker, next, after: name };
      return { folder: name, marker: null, above: [...above, page] };
    });
  const rest = next === null ? entered : [...entered, { folder, marker: next, above }];
  if (open !== undefined) return { page: { assets: [], gaps: [] }, rest };
  const assets = answer.blobs.map((item) => toAsset(item, { container: container.id, uri: container.uri }));
  const gaps = excluded.map((prefix): ListingGap => {
    const uri = blobUri(container.uri, prefix);
    return { uri, reason: 'excluded', message: 'its globs leave it out', prefix };
  });
  return { page: { assets, gaps }, rest };
}

/** What both ways of listing give, as far as we use it. */
interface ListingPage {
  readonly continuationToken?: string;
  readonly segment: {
    readonly blobItems: readonly BlobItem[];
    readonly blobPrefixes?: readonly { readonly name: string }[];
  };
}

interface Answer {
  readonly blobs: readonly BlobItem[];
  readonly folders: readonly string[];
  readonly next: string | null;
}

async function request(
  { client, settings, environment }: ListContext,
  container: Container,
  { folder, marker }: Piece,
  signal: AbortSignal,
): Promise<Answer> {
  const operation = {
    name: 'List Blobs',
    uri: blobUri(container.uri, folder),
    permission: settings.tags ? `${PERMISSIONS.blobs} and ${PERMISSIONS.tags}` : PERMISSIONS.blobs,
  };
  const options = {
    abortSignal: signal,
    prefix: folder,
    includeTags: settings.tags,
    includeSnapshots: settings.snapshots,
    includeVersions: settings.versions,
    includeDeleted: settings.trash,
  };
  const paging = {
    maxPageSize: Math.min(environment.pageSize, MOST_BLOBS),
    ...(marker === null ? {} : { continuationToken: marker }),
  };
  const sdk = client.service.getContainerClient(container.id);
  const answer = await client.request(operation, signal, async () => {
    const pages = settings.hierarchical
      ? sdk.listBlobsByHierarchy('/', options).byPage(paging)
      : sdk.listBlobsFlat(options).byPage(paging);
    return wholePage<ListingPage>(await pages.next(), operation);
  });
  const next = answer.continuationToken || null;
  if (next !== null && next === marker) throw stuck(operation);
  const { blobItems, blobPrefixes = [] } = answer.segment;
  return { blobs: blobItems, folders: blobPrefixes.map(({ name }) => name), next };
}

function stuck({ name, uri }: { readonly name: string; readonly uri: string }): ConnectorError {
  return new ConnectorError(
    'unsupported',
    `${name} ${uri}: the service repeats a page; the listing cannot be proved whole`,
  );
}
