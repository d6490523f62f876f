/** A connector over one folder of this machine: what `local` and `jupyter` share. */
import { accessSync, constants, readFileSync, realpathSync, type Stats, statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Connector, Container, Environment } from '../connector.ts';
import { ConnectorError } from '../errors.ts';
import { type AccessTable, createAccessTable, type Reach } from './access.ts';
import { type Accounts, parseAccounts } from './accounts.ts';
import { namesOfRoot } from './asset.ts';
import { bytesOfKey, bytesOfText, callPath } from './names.ts';
import { createFileReader } from './read.ts';
import { codeOf, explain, isAbsent, isDenied } from './system.ts';
import { isKernels, type Root, walk } from './walk.ts';

export interface FolderOptions {
  /** Absolute, or relative to where the process stands. A link here is followed, for a person named it. */
  readonly path: string;
  /** The connector's facts about its one container, whose id is the path. */
  readonly toContainer: (path: string, uri: string) => Container;
  /** Of every asset; undefined: by path. */
  readonly environment: string | undefined;
}

/** Connects to a folder without touching it. */
export function connectFolder(options: FolderOptions, environment: Environment): Connector {
  const path = resolve(options.path);
  const accounts = parseAccounts(textOf('/etc/passwd', environment), textOf('/etc/group', environment));
  const access = createAccessTable(accounts);
  const reader = createFileReader();
  const directory = path === '/' ? '' : bytesOfText(path);
  const names = namesOfRoot(directory, options.environment);

  return {
    async check() {
      const stats = statRoot(path, 'config');
      accessRoot(path);
      return { principal: principalOf(accounts, stats), account: null, notes: notesOf() };
    },
    async *discover() {
      statRoot(path, 'not-found');
      yield options.toContainer(path, names.uri);
    },
    async *list(container, from, signal) {
      if (container.id !== path)
        throw new ConnectorError('not-found', `no folder ${container.id} in this source`);
      const stats = statRoot(path, 'not-found');
      const root: Root = { container: path, directory, names, stats, reach: reachAbove(path, access) };
      const { pageSize, skip } = environment;
      try {
        for (const page of walk(root, from, { accounts, access, pageSize, skip })) {
          signal.throwIfAborted();
          if (page.next === null) assertSame(path, stats);
          yield page;
        }
      } catch (error) {
        if (codeOf(error)?.startsWith('E')) throw rootError(path, error, 'not-found');
        throw error;
      }
    },
    open: (asset, opening) => reader.read(`${directory}/${bytesOfKey(asset.key)}`, asset, opening),
    [Symbol.asyncDispose]: async () => undefined,
  };
}

/** A folder that was unmounted or renamed meanwhile looks like one whose files were all deleted. */
function assertSame(path: string, listed: Stats): void {
  const now = statSync(path, { throwIfNoEntry: false });
  if (now?.ino === listed.ino && now.dev === listed.dev) return;
  throw new ConnectorError('transient', `${path} was moved or unmounted while it was listed; scan again`);
}

function statRoot(path: string, absent: 'config' | 'not-found'): Stats {
  try {
    const stats = statSync(path);
    if (!stats.isDirectory()) {
      throw new ConnectorError(absent, `${path} is not a folder; name the folder that it is in`);
    }
    if (isKernels(bytesOfText(path))) {
      throw new ConnectorError(absent, `${path} is the kernel's own file system and holds no data at rest`);
    }
    return stats;
  } catch (error) {
    throw rootError(path, error, absent);
  }
}

function accessRoot(path: string): void {
  try {
    accessSync(path, constants.R_OK | constants.X_OK);
  } catch (error) {
    throw rootError(path, error, 'config');
  }
}

function rootError(path: string, error: unknown, absent: 'config' | 'not-found'): unknown {
  if (codeOf(error) === undefined || error instanceof ConnectorError) return error;
  if (isAbsent(error)) {
    return new ConnectorError(absent, `there is no folder ${path}; check the path`, { cause: error });
  }
  const code = isDenied(error) ? 'auth' : 'transient';
  return new ConnectorError(code, explain('list', path, error), { cause: error });
}

/** Who gets as far as the folder: through everything above it, where it really is. */
function reachAbove(path: string, access: AccessTable): Reach {
  let reach = access.root;
  const parts = realpathSync(path).split('/').slice(1, -1);
  for (let depth = 0; depth <= parts.length; depth += 1) {
    reach = access.enter(reach, statSync(callPath(bytesOfText(`/${parts.slice(0, depth).join('/')}`))));
  }
  return reach;
}

/** Names are a convenience: without the file, numbers are shown. */
function textOf(file: string, environment: Environment): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    environment.log('debug', `${explain('read', file, error)}; owners are shown as numbers`);
    return '';
  }
}

function principalOf(accounts: Accounts, root: Stats): string {
  // Windows has no user numbers.
  return accounts.user(process.getuid?.() ?? root.uid);
}

function notesOf(): string[] {
  return process.getuid?.() === 0 ? ['running as root, which may read more than a scan needs'] : [];
}
