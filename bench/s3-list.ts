/** Keys per second of the S3 connector's listing against a bare SDK paging loop, on a canned server of its own thread. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { paginateListObjectsV2, S3Client } from '@aws-sdk/client-s3';
import s3 from '../connectors/s3/index.ts';
import type { Environment } from '../src/connector.ts';
import { createRetry } from '../src/retry.ts';

const KEYS = 50_000;
const ROUNDS = 3;
/** Milliseconds that each answer takes beside its making: none, and a store in another region. */
const LATENCIES = [0, 40];
const SHAPES = {
  flat: (n: number) => `${n}.csv`,
  'folders of 100': (n: number) => `${1000 + Math.floor(n / 100)}/${n}.csv`,
  'folders of 5,000': (n: number) => `${1000 + Math.floor(n / 5000)}/${n}.csv`,
} as const;
type Shape = keyof typeof SHAPES;
const LOGIN = { region: 'us-east-1', accessKeyId: 'BENCH', secretAccessKey: 'BENCH' } as const;

interface Canned {
  readonly shape: Shape;
  readonly latency: number;
}

if (isMainThread) await compare();
// What the main thread passed below.
else serve(workerData as Canned);

async function compare(): Promise<void> {
  console.log('| shape | ms/answer | bare SDK keys/s | connector keys/s | ratio |');
  console.log('|---|---:|---:|---:|---:|');
  // Object.keys forgets its argument's keys.
  for (const shape of Object.keys(SHAPES) as Shape[]) {
    for (const latency of LATENCIES) {
      const worker = new Worker(new URL(import.meta.url), {
        workerData: { shape, latency } satisfies Canned,
      });
      const endpoint = await new Promise<string>((resolve) => worker.once('message', resolve));
      const bare: number[] = [];
      const ours: number[] = [];
      // Taken in turns, so that a busy machine slows both.
      for (let round = 0; round < ROUNDS; round += 1) {
        bare.push(await rateOf(() => listBare(endpoint)));
        ours.push(await rateOf(() => listWithConnector(endpoint)));
      }
      const [a, b] = [median(bare), median(ours)];
      console.log(`| ${shape} | ${latency} | ${Math.round(a)} | ${Math.round(b)} | ${(b / a).toFixed(2)} |`);
      await worker.terminate();
    }
  }
}

async function rateOf(list: () => Promise<number>): Promise<number> {
  const started = performance.now();
  const listed = await list();
  if (listed !== KEYS) throw new Error(`${listed} of ${KEYS} keys were listed`);
  return (listed * 1000) / (performance.now() - started);
}

async function listBare(endpoint: string): Promise<number> {
  const client = new S3Client({ ...LOGIN, endpoint, forcePathStyle: true, credentials: LOGIN });
  let listed = 0;
  for await (const page of paginateListObjectsV2({ client }, { Bucket: 'bench' })) {
    listed += page.Contents?.length ?? 0;
  }
  client.destroy();
  return listed;
}

async function listWithConnector(endpoint: string): Promise<number> {
  const environment: Environment = {
    env: {},
    retry: createRetry(),
    concurrency: 8,
    pageSize: 1000,
    log: () => undefined,
  };
  const options = { ...LOGIN, endpoint, buckets: ['bench'], posture: false };
  await using connector = await s3.connect(options, environment);
  const signal = new AbortController().signal;
  let listed = 0;
  for await (const container of connector.discover(signal)) {
    for await (const page of connector.list(container, undefined, signal)) listed += page.assets.length;
  }
  return listed;
}

/** The worker: every key's XML is made beforehand, so that the server costs next to nothing. */
function serve({ shape, latency }: Canned): void {
  const keys = Array.from({ length: KEYS }, (_, n) => SHAPES[shape](n + KEYS));
  const xml = keys.map(
    (key) =>
      `<Contents><Key>${encodeURIComponent(key).replaceAll('%2F', '/')}</Key><LastModified>2026-01-01T00:00:00.000Z</LastModified><ETag>&quot;0123456789abcdef0123456789abcdef&quot;</ETag><Size>1000</Size><StorageClass>STANDARD</StorageClass></Contents>`,
  );
  const server = createServer((request, response) => {
    const query = new URL(request.url ?? '/', 'http://bench').searchParams;
    const body = request.method === 'HEAD' ? '' : pageFor(keys, xml, query);
    setTimeout(() => response.end(body), latency);
  });
  server.listen(0, '127.0.0.1', () => {
    // A server that listens on TCP has an AddressInfo.
    parentPort?.postMessage(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  });
}

function pageFor(keys: readonly string[], xml: readonly string[], query: URLSearchParams): string {
  const after = query.get('continuation-token') ?? query.get('start-after') ?? '';
  const prefix = query.get('prefix') ?? '';
  const from = firstAfter(keys, after);
  const size = Number(query.get('max-keys') ?? 1000);
  if (query.has('delimiter')) {
    const under = keys
      .slice(from)
      .filter((key) => key.startsWith(prefix) && key.includes('/', prefix.length));
    const folders = [...new Set(under.map((key) => key.slice(0, key.indexOf('/', prefix.length) + 1)))];
    const shown = folders
      .slice(0, size)
      .map((name) => `<CommonPrefixes><Prefix>${name}</Prefix></CommonPrefixes>`);
    return resultOf(shown.join(''), folders.length > size ? `${folders[size - 1]}` : undefined);
  }
  const end = Math.min(from + size, keys.length);
  return resultOf(xml.slice(from, end).join(''), end < keys.length ? keys[end - 1] : undefined);
}

function resultOf(entries: string, next: string | undefined): string {
  const token = next === undefined ? '' : `<NextContinuationToken>${next}</NextContinuationToken>`;
  return `<?xml version="1.0" encoding="UTF-8"?><ListBucketResult><EncodingType>url</EncodingType><IsTruncated>${next !== undefined}</IsTruncated>${token}${entries}</ListBucketResult>`;
}

function firstAfter(keys: readonly string[], after: string): number {
  let [low, high] = [0, keys.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((keys[middle] ?? '') <= after) low = middle + 1;
    else high = middle;
  }
  return low;
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;
}
