/** Azurite, the vendor's emulator of Azure Blob Storage, in this process and on loopback, everything in memory. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import {
  BlobServiceClient,
  type StoragePipelineOptions,
  StorageSharedKeyCredential,
} from '@azure/storage-blob';

const require = createRequire(import.meta.url);

export const ACCOUNT = 'devstoreaccount1';
/** The key that azurite publishes for its account; it opens nothing else. */
export const ACCOUNT_KEY: string = require('azurite/dist/src/blob/utils/constants').EMULATOR_ACCOUNT_KEY_STR;

export interface AzureServer extends AsyncDisposable {
  /** `http://127.0.0.1:PORT`, without the account. */
  readonly url: string;
  /** The SDK with all rights, past any proxy. */
  readonly admin: BlobServiceClient;
  put(container: string, key: string, body: Uint8Array): Promise<void>;
  /** Lists a blob under further names too, in azurite's own records: a hundred thousand uploads would take minutes. */
  copyRecord(container: string, key: string, names: readonly string[]): void;
}

/** What we use of azurite's internal modules, whose version is pinned. */
interface Azurite {
  start(): Promise<void>;
  close(): Promise<void>;
  getHttpServerAddress(): string;
  readonly metadataStore: { readonly db: { getCollection(name: string): Records } };
}

interface Records {
  findOne(query: object): object & { readonly $loki: number; readonly meta: object };
  insert(records: readonly object[]): void;
}

/** PEM files; with them it speaks TLS and takes tokens of Entra ID, whose claims it checks and whose signature it does not. */
export interface Tls {
  readonly certificate: string;
  readonly key: string;
}

/** Starts one with nothing in it, in some 10 ms once azurite's modules are loaded. */
export async function startAzurite(tls?: Tls): Promise<AzureServer> {
  const { default: Server } = require('azurite/dist/src/blob/BlobServer');
  const { default: Configuration } = require('azurite/dist/src/blob/BlobConfiguration');
  const { MemoryExtentChunkStore } = require('azurite/dist/src/common/persistence/MemoryExtentStore');
  const [noFile, noLog, accessLog, debugLog, loose, anyApiVersion, inMemory] = [
    '',
    undefined,
    false,
    false,
    false,
    true,
    true,
  ];
  const configuration = new Configuration(
    ...['127.0.0.1', 0, 5, noFile, noFile, [], accessLog, noLog, debugLog, noLog, loose, anyApiVersion],
    ...[
      tls?.certificate ?? '',
      tls?.key ?? '',
      '',
      tls && 'basic',
      false,
      inMemory,
      new MemoryExtentChunkStore(),
    ],
  );
  const server: Azurite = new Server(configuration);
  await server.start();
  // Certificates are for names.
  const url = server.getHttpServerAddress().replace(tls ? '127.0.0.1' : 'none', 'localhost');
  const trusted = tls && { tlsOptions: { ca: readFileSync(tls.certificate, 'utf8') } };
  // All options are passed to the core pipeline; the type knows only some.
  const options = { keepAliveOptions: { enable: false }, ...trusted } as StoragePipelineOptions;
  const admin = new BlobServiceClient(
    `${url}/${ACCOUNT}`,
    new StorageSharedKeyCredential(ACCOUNT, ACCOUNT_KEY),
    options,
  );
  return {
    url,
    admin,
    put: async (container, key, body) => {
      await admin.getContainerClient(container).getBlockBlobClient(key).uploadData(Buffer.from(body));
    },
    copyRecord: (container, key, names) => {
      const blobs = server.metadataStore.db.getCollection('$BLOBS_COLLECTION$');
      const { $loki: _, meta: __, ...record } = blobs.findOne({ containerName: container, name: key });
      blobs.insert(names.map((name) => ({ ...record, name })));
    },
    [Symbol.asyncDispose]: () => server.close(),
  };
}
