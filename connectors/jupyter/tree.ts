/** Walks a server's folders in the order of their keys, one request per folder, a page at a time. */
import { createHash } from 'node:crypto';
import type { Asset, Cursor, Environment, ListingGap, Page } from '../../src/connector.ts';
import { ConnectorError } from '../../src/errors.ts';
import type { GapReason } from '../../src/model.ts';
import { seek } from '../../src/walk/entries.ts';
import { bytesOfText, displayOf, keyOf, uriOf } from '../../src/walk/names.ts';
import { type Entry, toAsset, UNREADABLE_NAME } from './wire.ts';

export interface TreeOptions {
  readonly url: string;
  /** What is in the folder at this path (exact bytes; empty, or ending in `/`). @throws ConnectorError */
  readonly read: (folder: string) => Promise<Entry[]>;
  readonly pageSize: number;
  readonly skip: Environment['skip'];
}

interface Frame {
  /** Path's exact bytes; empty, or ending in `/`. */
  readonly folder: string;
  /** Sorted; see src/walk/entries.ts. */
  readonly entries: readonly (readonly [string, Entry])[];
  /** Of what is in it: a folder that shows the same as one above it is a link back. */
  readonly fingerprint: string;
  next: number;
  rest: string;
}

/** Pages from behind `from`. Folders that vanish meanwhile are passed over; those that are refused are gaps. @throws ConnectorError */
export async function* walkTree(from: Cursor | undefined, options: TreeOptions): AsyncGenerator<Page, void> {
  const stack = [await readFrame('', from === undefined ? '' : bytesOfText(from), options)];
  let assets: Asset[] = [];
  let gaps: ListingGap[] = [];
  let last = from ?? '';

  for (let frame = stack.at(-1); frame !== undefined; frame = stack.at(-1)) {
    const entry = frame.entries[frame.next]?.[1];
    if (entry === undefined) {
      stack.pop();
      continue;
    }
    if (assets.length + gaps.length >= options.pageSize) {
      yield { assets, gaps, next: last };
      assets = [];
      gaps = [];
    }
    frame.next += 1;
    const found = entry.isFolder
      ? await enterFolder(stack, frame, entry, options)
      : toAsset(entry, { url: options.url, folder: frame.folder });
    frame.rest = '';
    if (found === undefined) continue;
    if ('entries' in found) stack.push(found);
    else if ('prefix' in found) {
      gaps.push(found);
      last = found.prefix;
    } else {
      assets.push(found);
      last = found.key;
    }
  }
  yield { assets, gaps, next: null };
}

async function enterFolder(
  stack: readonly Frame[],
  frame: Frame,
  entry: Entry,
  options: TreeOptions,
): Promise<Frame | ListingGap | undefined> {
  const folder = `${frame.folder}${entry.bytes}/`;
  const leftOut = (reason: GapReason, message: string): ListingGap => {
    const uri = `${options.url}/tree/${uriOf(folder)}`;
    return { uri, reason, message: `${uri} was not listed: ${message}`, prefix: keyOf(folder) };
  };
  if (bytesOfText(keyOf(folder)) !== folder) return leftOut(UNREADABLE_NAME.reason, UNREADABLE_NAME.message);
  if (options.skip?.(displayOf(folder).slice(0, -1), true))
    return leftOut('excluded', 'its globs leave it out');
  try {
    const inside = await readFrame(folder, frame.rest, options);
    const loops = stack.some((above) => above.fingerprint === inside.fingerprint);
    return loops && inside.entries.length > 0
      ? leftOut('link', 'it shows the same as a folder above it')
      : inside;
  } catch (error) {
    if (!(error instanceof ConnectorError)) throw error;
    if (error.code === 'not-found') return undefined;
    if (error.code !== 'auth') throw error;
    // Of a token that has ended meanwhile the root says so too; otherwise this folder alone is refused.
    await options.read('');
    return leftOut('permission-denied', error.message);
  }
}

async function readFrame(folder: string, after: string, { read }: TreeOptions): Promise<Frame> {
  const entries = (await read(folder))
    .map((entry) => [bytesOfText(keyOf(entry.bytes)) + (entry.isFolder ? '/' : ''), entry] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const fingerprint = createHash('sha256').update(JSON.stringify(entries)).digest('base64');
  const { index, rest } =
    after === ''
      ? { index: 0, rest: '' }
      : seek(
          entries.map(([name]) => name),
          after,
        );
  return { folder, entries, fingerprint, next: index, rest };
}
