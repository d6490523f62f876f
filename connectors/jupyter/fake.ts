/**
 * A Jupyter server's contents API over files in memory, for tests: what jupyter-server 1.23 and notebook 6.4 answer, as far as
 * a reader sees it. test/servers/jupyter.test.ts holds the real ones to the same suite.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface FakeJupyter extends AsyncDisposable {
  readonly url: string;
  /** Puts a file at a path with `/`; folders come and go with their files. */
  set(path: string, body: Uint8Array): void;
  delete(path: string): void;
  /** Methods other than GET and HEAD that came, with their path. */
  readonly writes: readonly string[];
}

interface FakeFile {
  readonly body: Buffer;
  /** ISO 8601 UTC with microseconds, as Python writes it. */
  readonly modified: string;
}

/** Starts one on a free port of 127.0.0.1; `token` empty means that it answers anyone. */
export async function startFakeJupyter(token: string): Promise<FakeJupyter> {
  const files = new Map<string, FakeFile>();
  const writes: string[] = [];
  let clock = Date.UTC(2026, 0, 5, 9, 30);

  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
    if (request.method !== 'GET' && request.method !== 'HEAD') writes.push(`${request.method} ${pathname}`);
    const allowed = token === '' || request.headers.authorization === `token ${token}`;
    if (pathname.endsWith('/')) return redirect(response, pathname.slice(0, -1));
    if (pathname.startsWith('/files/')) {
      if (!allowed) return redirect(response, '/login');
      return sendFile(request, response, files.get(decodeURIComponent(pathname.slice('/files/'.length))));
    }
    if (pathname === '/api') return send(response, 200, { version: '1.23.3' });
    if (!pathname.startsWith('/api/contents')) return send(response, 404, { message: 'Not Found' });
    if (!allowed) return send(response, 403, { message: 'Forbidden', reason: null });
    const folder = decodeURIComponent(pathname.slice('/api/contents'.length)).slice(1);
    const content = contentOf(files, folder);
    if (content === undefined)
      return send(response, 404, { message: `file or directory does not exist: ${folder}` });
    send(response, 200, {
      ...directory(folder),
      content: searchParams.get('content') === '0' ? null : content,
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // A server that listens on TCP has an AddressInfo.
  const { port } = server.address() as AddressInfo;

  return {
    url: `http://127.0.0.1:${port}`,
    set(path, body) {
      clock += 1500;
      files.set(path, {
        body: Buffer.from(body),
        modified: new Date(clock).toISOString().replace('Z', '790Z'),
      });
    },
    delete: (path) => void files.delete(path),
    writes,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** In no order, as `os.listdir` gives it; hidden ones left out. Undefined where there is no folder. */
function contentOf(files: ReadonlyMap<string, FakeFile>, folder: string): object[] | undefined {
  const prefix = folder === '' ? '' : `${folder}/`;
  const entries = new Map<string, object>();
  for (const [path, file] of files) {
    if (!path.startsWith(prefix) || isHidden(path)) continue;
    const [name = '', below] = path.slice(prefix.length).split('/', 2);
    entries.set(name, below === undefined ? fileEntry(name, prefix + name, file) : directory(prefix + name));
  }
  return entries.size > 0 || folder === '' ? [...entries.values()].reverse() : undefined;
}

function isHidden(path: string): boolean {
  return path.split('/').some((part) => part.startsWith('.'));
}

function directory(path: string): object {
  const modified = '2026-01-05T09:30:00.123456Z';
  const name = path.slice(path.lastIndexOf('/') + 1);
  const times = { last_modified: modified, created: modified };
  return {
    name,
    path,
    ...times,
    content: null,
    format: 'json',
    mimetype: null,
    size: null,
    writable: true,
    type: 'directory',
  };
}

function fileEntry(name: string, path: string, { body, modified }: FakeFile): object {
  const notebook = name.endsWith('.ipynb');
  return {
    name,
    path,
    last_modified: modified,
    created: modified,
    content: null,
    format: null,
    mimetype: notebook || !name.endsWith('.txt') ? null : 'text/plain',
    size: body.length,
    writable: true,
    type: notebook ? 'notebook' : 'file',
  };
}

/** Tornado's StaticFileHandler: whole seconds in Last-Modified, one range. */
function sendFile(request: IncomingMessage, response: ServerResponse, file: FakeFile | undefined): void {
  if (file === undefined) {
    send(response, 404, { message: 'Not Found' });
    return;
  }
  const { body, modified } = file;
  const headers = { 'accept-ranges': 'bytes', 'last-modified': new Date(modified).toUTCString() };
  const range = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '');
  if (range === null)
    return void response.writeHead(200, { ...headers, 'content-length': body.length }).end(body);
  const start = Number(range[1]);
  const part = body.subarray(start, Number(range[2]) + 1);
  if (part.length === 0)
    return void response.writeHead(416, { 'content-range': `bytes */${body.length}` }).end();
  const told = `bytes ${start}-${start + part.length - 1}/${body.length}`;
  response.writeHead(206, { ...headers, 'content-range': told, 'content-length': part.length }).end(part);
}

function send(response: ServerResponse, status: number, json: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(json));
}

function redirect(response: ServerResponse, location: string): void {
  response.writeHead(302, { location }).end();
}
