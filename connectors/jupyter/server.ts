/** A running Jupyter server as a Connector: the contents API lists, `/files/` gives bytes. */
import type { IncomingMessage } from 'node:http';
import type { Asset, ByteRange, Connector, Environment, OpenOptions } from '../../src/connector.ts';
import { ConnectorError } from '../../src/errors.ts';
import { bytesOfKey, uriOf } from '../../src/walk/names.ts';
import { type Client, createClient, toConnectorError } from './client.ts';
import { walkTree } from './tree.ts';
import { isFolder, serverContainer, toEntries, toPrincipal, toVersion } from './wire.ts';

export interface ServerOptions {
  readonly url: string;
  readonly token: string | undefined;
}

/** Connects without a request. @throws ConnectorError `config` for an address that is none, or that holds a credential */
export function connectServer(options: ServerOptions, environment: Environment): Connector {
  const url = addressOf(options.url);
  const { retry, concurrency, pageSize, skip } = environment;
  const client = createClient({ url, token: options.token, retry, concurrency });

  return {
    async check(signal) {
      const version = toVersion(await client.json({ path: '/api', signal }).catch(asConfig));
      if (version === null) throw new ConnectorError('config', `${url} is not a Jupyter server`);
      await client.json({ path: ROOT, signal }).catch(asConfig);
      const me = await client.json({ path: '/api/me', signal }).catch(absentAsNull);
      return { principal: toPrincipal(me) ?? 'the holder of the token', account: null, notes: NOTES };
    },
    async *discover(signal) {
      const root = await client.json({ path: ROOT, signal });
      if (!isFolder(root))
        throw new ConnectorError('not-found', `${url} shows no folder; is it a Jupyter server?`);
      yield serverContainer(url, await answersAnyone(client, signal));
    },
    async *list(container, from, signal) {
      if (container.id !== url)
        throw new ConnectorError('not-found', `no server ${container.id} in this source`);
      const read = async (folder: string) => {
        const path = `/api/contents/${uriOf(folder)}`.replace(/\/$/, '?content=1');
        return toEntries(await client.json({ path, signal }), url + path);
      };
      yield* walkTree(from, { url, read, pageSize, skip });
    },
    open: (asset, opening) => readFile(client, asset, opening),
    [Symbol.asyncDispose]: async () => client.close(),
  };
}

/** Without a slash at the end of its path, from which servers redirect. */
const ROOT = '/api/contents?content=0';

const NOTES = [
  'hidden files and folders (.ipynb_checkpoints among them) are not shown by the server; scan its folder to see them',
  'the token may also write files and run code; nothing but reads is ever sent',
];

async function* readFile(
  client: Client,
  asset: Asset,
  options: OpenOptions,
): AsyncGenerator<Uint8Array, void> {
  const { signal, range, current = false } = options;
  if (asset.unread)
    throw new ConnectorError('unsupported', `${asset.uri} was not read: ${asset.unread.message}`);
  const wanted = range && clip(range, asset.size);
  if (wanted && wanted.start >= wanted.end) return;
  const headers = wanted ? { range: `bytes=${wanted.start}-${wanted.end - 1}` } : {};
  const path = `/files/${uriOf(bytesOfKey(asset.key))}`;
  const answer = await client.open({ path, signal, headers }).catch((error: unknown) => {
    const gone = error instanceof ConnectorError && error.code === 'not-found';
    throw gone ? new ConnectorError('gone', `${asset.uri} is no longer there`, { cause: error }) : error;
  });
  try {
    if (!current) assertListed(answer, asset, wanted);
    const size = current ? null : asset.size;
    let left = wanted ? wanted.end - wanted.start : size;
    for await (const chunk of answer) {
      if (left !== null) left -= chunk.length;
      yield chunk;
    }
    if (left !== null && left !== 0) {
      throw new ConnectorError('transient', `${asset.uri} ended ${left} bytes before its end; scan again`);
    }
  } catch (error) {
    throw toConnectorError(asset.uri, error, signal);
  } finally {
    answer.destroy();
  }
}

function clip({ start, end }: ByteRange, size: number | null): ByteRange {
  return { start, end: size === null ? end : Math.min(end, size) };
}

/** The server has no conditional reads by version: its time (whole seconds) and size must be those that were listed. */
function assertListed(
  { headers, statusCode }: IncomingMessage,
  asset: Asset,
  range: ByteRange | undefined,
): void {
  if (range && statusCode !== 206)
    throw new ConnectorError('unsupported', `${asset.uri}: the server ignores ranges`);
  const total = range ? headers['content-range']?.split('/')[1] : headers['content-length'];
  const sameSize = asset.size === null || total === undefined || Number(total) === asset.size;
  const modified = Date.parse(headers['last-modified'] ?? '');
  const listed = Date.parse(asset.modifiedAt ?? '');
  const sameTime =
    Number.isNaN(modified) || Number.isNaN(listed) || modified === Math.floor(listed / 1000) * 1000;
  if (sameSize && sameTime) return;
  throw new ConnectorError('changed', `${asset.uri} changed after it was listed; the next scan reads it`);
}

async function answersAnyone(client: Client, signal: AbortSignal): Promise<boolean> {
  try {
    await client.json({ path: ROOT, signal, anonymous: true });
    return true;
  } catch (error) {
    if (error instanceof ConnectorError && error.code === 'auth') return false;
    throw error;
  }
}

/** The address without a slash at its end. */
function addressOf(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw new ConnectorError('config', 'jupyter: url must look like http://127.0.0.1:8888');
  }
  if (url.search !== '' || url.username !== '' || url.password !== '') {
    throw new ConnectorError('config', 'jupyter: url must not hold a credential; use token or JUPYTER_TOKEN');
  }
  return (url.origin + url.pathname).replace(/\/+$/, '');
}

function asConfig(error: unknown): never {
  const absent =
    error instanceof ConnectorError && (error.code === 'not-found' || error.code === 'unsupported');
  throw absent
    ? new ConnectorError('config', `${error.message}; check the url option`, { cause: error })
    : error;
}

/** Servers before version 2 have no identities. */
function absentAsNull(error: unknown): null {
  if (error instanceof ConnectorError && (error.code === 'not-found' || error.code === 'auth')) return null;
  throw error;
}
