/** 100,000 objects of each bucket server into a new inventory, and again with nothing changed: keys per second and requests. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startFakeGcs } from '../connectors/gcs/fake.ts';
import { startFaultProxy } from '../test/conformance/fault-proxy.ts';
import { ACCOUNT, ACCOUNT_KEY, startAzurite } from '../test/servers/azurite.ts';
import { CLI, inMegabytes, inSeconds, measure, printTable } from './measure.ts';

const OBJECTS = Number(process.env.BENCH_OBJECTS ?? 100_000);
const BODY = Buffer.from('week,total\n1,2\n');
const NAMES = Array.from(
  { length: OBJECTS },
  (_, n) => `${1000 + Math.floor(n / 2000)}/${String(n).padStart(6, '0')}.csv`,
);

interface Store extends AsyncDisposable {
  readonly url: string;
  /** The source's lines in a config that reaches the server through `url`; logins come from the environment. */
  source(url: string): string;
}

/** S3's, which sorts everything for each request, is left to `s3-list`. Azurite looks at every blob each time: that too is measured. */
const SERVERS = {
  'gcs (our fake)': gcsStore,
  'azure-blob (azurite), flat': () => azureStore(false),
  'azure-blob (azurite), by folder': () => azureStore(true),
} as const;

process.env.AZURE_STORAGE_KEY = ACCOUNT_KEY;
process.env.CLOUDSDK_AUTH_ACCESS_TOKEN = 'invented';
const rows: string[][] = [['', 'wall', 'CPU', 'keys/s', 'requests', 'again', 'peak RSS']];
for (const [name, start] of Object.entries(SERVERS)) rows.push([name, ...(await measured(start))]);
printTable(`bucket-list: ${OBJECTS.toLocaleString('en')} objects in folders of 2,000, one run each`, rows);

async function measured(start: () => Promise<Store>): Promise<readonly string[]> {
  await using store = await start();
  await using proxy = await startFaultProxy(store.url);
  const scratch = await mkdtemp(join(tmpdir(), 'whereabouts-bench-'));
  try {
    const config = join(scratch, 'whereabouts.yaml');
    await writeFile(config, `sources:\n  - name: bench\n${store.source(proxy.url)}`);
    const scan = () => {
      const inventory = join(scratch, 'inventory.db');
      const options = ['--config', config, '--inventory', inventory, '--depth', 'metadata', '--quiet'];
      return measure([process.execPath, CLI, 'scan', ...options]);
    };
    const first = await scan();
    const requests = proxy.count();
    const again = await scan();
    return [
      inSeconds(first.seconds),
      inSeconds(first.cpuSeconds),
      Math.round(OBJECTS / first.seconds).toLocaleString('en'),
      String(requests),
      inSeconds(again.seconds),
      inMegabytes(first.peakBytes),
    ];
  } finally {
    await rm(scratch, { recursive: true });
  }
}

async function gcsStore(): Promise<Store> {
  const server = await startFakeGcs('invented');
  server.createBucket('bench-bucket');
  for (const name of NAMES) server.put('bench-bucket', name, BODY);
  return {
    url: server.url,
    source: (url) => lines({ connector: 'gcs', endpoint: url, buckets: '[bench-bucket]' }),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

async function azureStore(hierarchical: boolean): Promise<Store> {
  const server = await startAzurite();
  await server.admin.createContainer('bench');
  await server.put('bench', NAMES[0] ?? '', BODY);
  server.copyRecord('bench', NAMES[0] ?? '', NAMES.slice(1));
  return {
    url: server.url,
    source: (url) =>
      lines({
        connector: 'azure-blob',
        account: `${url}/${ACCOUNT}`,
        containers: '[bench]',
        hierarchical: String(hierarchical),
      }),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

function lines(options: Readonly<Record<string, string>>): string {
  return Object.entries(options)
    .map(([name, value]) => `    ${name}: ${value}\n`)
    .join('');
}
