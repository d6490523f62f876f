/** Files per second of the Google Drive connector's listing against a bare SDK paging loop, on a canned server of its own thread. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import googleDrive from '../connectors/google-drive/index.ts';
import type { Environment } from '../src/connector.ts';
import { createRetry } from '../src/retry.ts';

const FILES = 50_000;
const FILES_IN_FOLDER = 50;
const PAGE = 1000;
const ROUNDS = 3;
/** Milliseconds that each answer takes beside its making: none, and what Drive takes for a page at the least. */
const LATENCIES = [0, 200];
const FOLDER = 'application/vnd.google-apps.folder';

if (isMainThread) await compare();
// What the main thread passed below.
else serve(workerData as number);

async function compare(): Promise<void> {
  console.log('| ms/answer | bare SDK files/s | connector files/s | ratio |');
  console.log('|---:|---:|---:|---:|');
  for (const latency of LATENCIES) {
    const worker = new Worker(new URL(import.meta.url), { workerData: latency });
    const endpoint = await new Promise<string>((resolve) => worker.once('message', resolve));
    const bare: number[] = [];
    const ours: number[] = [];
    // Taken in turns, so that a busy machine slows both.
    for (let round = 0; round < ROUNDS; round += 1) {
      bare.push(await rateOf(() => listBare(endpoint)));
      ours.push(await rateOf(() => listWithConnector(endpoint)));
    }
    const [a, b] = [median(bare), median(ours)];
    console.log(`| ${latency} | ${Math.round(a)} | ${Math.round(b)} | ${(b / a).toFixed(2)} |`);
    await worker.terminate();
  }
}

async function rateOf(list: () => Promise<number>): Promise<number> {
  const started = performance.now();
  const listed = await list();
  if (listed !== FILES) throw new Error(`${listed} of ${FILES} files were listed`);
  return (listed * 1000) / (performance.now() - started);
}

function median(values: readonly number[]): number {
  return values.toSorted((x, y) => x - y)[values.length >> 1] ?? 0;
}

async function listBare(endpoint: string): Promise<number> {
  const { drive } = await import('googleapis/build/src/apis/drive/index.js');
  const api = drive({ version: 'v3', rootUrl: `${endpoint}/` });
  let listed = 0;
  for (let pageToken: string | undefined; ; ) {
    const { data } = await api.files.list({ pageSize: PAGE, fields: '*', ...(pageToken && { pageToken }) });
    listed += data.files?.length ?? 0;
    if (!data.nextPageToken) return listed;
    pageToken = data.nextPageToken;
  }
}

async function listWithConnector(endpoint: string): Promise<number> {
  const environment: Environment = {
    env: {},
    retry: createRetry(),
    concurrency: 8,
    pageSize: PAGE,
    log: () => undefined,
  };
  const key = { type: 'authorized_user', client_id: 'bench', client_secret: 'bench', refresh_token: 'bench' };
  const options = { endpoint, credentials: JSON.stringify(key), sharedDrives: false };
  await using connector = await googleDrive.connect(options, environment);
  const signal = new AbortController().signal;
  let listed = 0;
  for await (const container of connector.discover(signal)) {
    for await (const page of connector.list(container, undefined, signal)) listed += page.assets.length;
  }
  return listed;
}

/** The worker: every answer is made beforehand, so that the server costs next to nothing. */
function serve(latency: number): void {
  const folders = Array.from({ length: FILES / FILES_IN_FOLDER }, (_, n) => fileOf(n, 'root', FOLDER));
  const files = Array.from({ length: FILES }, (_, n) =>
    fileOf(FILES + n, `id${Math.floor(n / FILES_IN_FOLDER)}`, 'text/csv'),
  );
  const pages = pagesOf(files);
  const folderPages = pagesOf(folders);
  const answers: Readonly<Record<string, object>> = {
    '/token': { access_token: 'bench', token_type: 'Bearer', expires_in: 3599 },
    '/drive/v3/about': { user: { emailAddress: 'ada@example.com' } },
    '/drive/v3/changes/startPageToken': { startPageToken: '1' },
    '/drive/v3/files/root': { id: 'root', name: 'My Drive', mimeType: FOLDER },
  };
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://bench');
    const from = searchParams.get('q')?.startsWith('mimeType =') ? folderPages : pages;
    const listed = from[Number(searchParams.get('pageToken') ?? 0)];
    const body = pathname === '/drive/v3/files' ? listed : JSON.stringify(answers[pathname] ?? {});
    response.writeHead(200, { 'content-type': 'application/json' });
    setTimeout(() => response.end(body), latency);
  });
  server.listen(0, '127.0.0.1', () => {
    // A server that listens on TCP has an AddressInfo.
    parentPort?.postMessage(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  });
}

function fileOf(n: number, parent: string, mimeType: string): object {
  const time = '2026-01-05T09:30:00.000Z';
  const permissions = ['owner', 'writer', 'reader'].map((role) => ({
    ...{ type: 'user', role, emailAddress: `${role}@example.com` },
  }));
  const sums = { md5Checksum: String(n).padStart(32, '0'), sha256Checksum: String(n).padStart(64, '0') };
  return {
    ...{
      id: `id${n}`,
      name: `file ${n}.csv`,
      mimeType,
      parents: [parent],
      modifiedTime: time,
      trashed: false,
    },
    ...(mimeType === FOLDER ? {} : { size: '1000', headRevisionId: `rev${n}`, ...sums }),
    ...{ owners: [{ emailAddress: 'ada@example.com' }], ownedByMe: true, permissions },
    capabilities: { canDownload: true },
  };
}

function pagesOf(files: readonly object[]): readonly string[] {
  return Array.from({ length: Math.ceil(files.length / PAGE) }, (_, page) => {
    const next = (page + 1) * PAGE < files.length ? { nextPageToken: String(page + 1) } : {};
    return JSON.stringify({ files: files.slice(page * PAGE, (page + 1) * PAGE), ...next });
  });
}
