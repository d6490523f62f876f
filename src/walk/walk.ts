/**
 * Walks a folder in the order of its keys, a page at a time, holding no more than the names of the folders it is in.
 * Synchronous on purpose: it runs in a worker thread, where synchronous calls are three to five times as fast.
 */
import { lstatSync, type Stats, statfsSync } from 'node:fs';
import type { Asset, Cursor, Environment, ListingGap, Page } from '../connector.ts';
import type { GapReason } from '../model.ts';
import type { AccessTable, Reach } from './access.ts';
import type { Accounts } from './accounts.ts';
import { type FolderNames, namesInside, toAsset } from './asset.ts';
import { nameOfEntry, readEntries, seek } from './entries.ts';
import { bytesOfText, callPath } from './names.ts';
import { explain, gapReasonOf, isAbsent, isDenied } from './system.ts';
import { createIsoFormat } from './time.ts';

/** The folder to begin at. */
export interface Root {
  /** Container.id of every asset. */
  readonly container: string;
  /** Absolute path's exact bytes (latin1, see names.ts), without a slash at its end. */
  readonly directory: string;
  readonly names: FolderNames;
  readonly stats: Stats;
  /** Who passes all folders above it. */
  readonly reach: Reach;
}

export interface WalkOptions {
  readonly accounts: Accounts;
  readonly access: AccessTable;
  readonly pageSize: number;
  readonly skip: Environment['skip'];
}

/** A folder that is being walked. */
interface Frame {
  readonly directory: string;
  readonly names: FolderNames;
  readonly reach: Reach;
  readonly dev: number;
  readonly ino: number;
  readonly entries: readonly string[];
  next: number;
  /** What remains of the cursor inside the next entry. */
  rest: string;
}

/**
 * Pages in ascending order of their keys' UTF-8 bytes, from behind `from`. Folders that vanish meanwhile are passed over;
 * those that cannot be listed, lead back into themselves or are the kernel's (proc, sysfs) are gaps.
 * @throws the system's error when the root itself cannot be listed
 */
export function* walk(root: Root, from: Cursor | undefined, options: WalkOptions): Generator<Page, void> {
  const context = { ...options, container: root.container, isoTime: createIsoFormat() };
  const stack = [rootFrame(root, from, options.access)];
  let assets: Asset[] = [];
  let gaps: ListingGap[] = [];
  let last = from ?? '';

  for (let frame = stack.at(-1); frame !== undefined; frame = stack.at(-1)) {
    const entry = frame.entries[frame.next];
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
    const found = entry.endsWith('/')
      ? enterFolder(stack, frame, entry, context)
      : visitFile(frame, entry, context);
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

interface Context extends WalkOptions {
  readonly container: string;
  readonly isoTime: (ms: number) => string | null;
}

/** Undefined: it has vanished. */
function visitFile(frame: Frame, entry: string, context: Context): Asset | ListingGap | undefined {
  const bytes = nameOfEntry(entry);
  const stats = statEntry(frame, bytes);
  if (stats === undefined || 'prefix' in stats) return stats;
  if (stats.isDirectory())
    return leftOut(namesInside(frame.names, bytes), 'changed', 'it became a folder just now');
  return toAsset(frame.names, bytes, stats, {
    container: context.container,
    access: context.access.accessOf(frame.reach, stats),
    owner: context.accounts.user(stats.uid),
    modifiedAt: context.isoTime(stats.mtimeMs),
  });
}

function enterFolder(
  stack: readonly Frame[],
  frame: Frame,
  entry: string,
  context: Context,
): Frame | ListingGap | undefined {
  const bytes = nameOfEntry(entry);
  const names = namesInside(frame.names, bytes);
  if (context.skip?.(names.path.slice(0, -1), true))
    return leftOut(names, 'excluded', 'its globs leave it out');
  const stats = statEntry(frame, bytes);
  if (stats === undefined || 'prefix' in stats) return stats;
  if (!stats.isDirectory()) return leftOut(names, 'changed', 'it was replaced just now');
  const { dev, ino } = stats;
  if (stack.some((above) => above.ino === ino && above.dev === dev)) {
    return leftOut(names, 'link', 'it leads back to a folder above it');
  }
  const directory = `${frame.directory}/${bytes}`;
  try {
    if (dev !== frame.dev && isKernels(directory)) {
      return leftOut(names, 'not-regular', "it is the kernel's own file system");
    }
    const entries = readEntries(directory);
    const { index, rest } = seek(entries, frame.rest);
    const reach = context.access.enter(frame.reach, stats);
    return { directory, names, reach, dev, ino, entries, next: index, rest };
  } catch (error) {
    if (isAbsent(error)) return undefined;
    return leftOut(names, gapReasonOf(error), explain('list', names.uri, error));
  }
}

/** Where even that is refused, a gap: for the whole folder when only its names may be read. */
function statEntry(frame: Frame, bytes: string): Stats | ListingGap | undefined {
  try {
    return lstatSync(callPath(`${frame.directory}/${bytes}`), { throwIfNoEntry: false });
  } catch (error) {
    if (isDenied(error)) frame.next = frame.entries.length;
    const names = isDenied(error) ? frame.names : namesInside(frame.names, bytes);
    return leftOut(names, gapReasonOf(error), explain('look at', names.uri, error));
  }
}

function leftOut({ uri, key }: FolderNames, reason: GapReason, message: string): ListingGap {
  return {
    uri,
    reason,
    message: message.includes(uri) ? message : `${uri} was not listed: ${message}`,
    prefix: key,
  };
}

function rootFrame(root: Root, from: Cursor | undefined, access: AccessTable): Frame {
  const { directory, names, stats } = root;
  const entries = readEntries(directory === '' ? '/' : directory);
  const at = from === undefined ? { index: 0, rest: '' } : seek(entries, bytesOfText(from));
  const reach = access.enter(root.reach, stats);
  return { directory, names, reach, dev: stats.dev, ino: stats.ino, entries, next: at.index, rest: at.rest };
}

/** f_type of file systems that hold no data at rest (statfs(2)): proc, sysfs, cgroup, cgroup2, debugfs, tracefs, securityfs, bpf, devpts. */
const KERNEL_TYPES = new Set([
  0x9fa0, 0x62656572, 0x27e0eb, 0x63677270, 0x64626720, 0x74726163, 0x73636673, 0xcafe4a11, 0x1cd1,
]);

/** True for a folder on a file system that the kernel makes up. */
export function isKernels(directory: string): boolean {
  return KERNEL_TYPES.has(statfsSync(callPath(directory)).type);
}
