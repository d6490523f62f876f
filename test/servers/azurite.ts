/** Azurite, the vendor's emulator of Azure Blob Storage, in this process and on loopback, everything in memory. */
import { createRequire } from 'node:module';
import { BlobServiceClient, StorageSharedKeyCredential } from '@azure/storage-blob';

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
}

/** What we use of azurite's internal modules, whose version is pinned. */
interface Azurite {
  start(): Promise<void>;
  close(): Promise<void>;
  getHttpServerAddress(): string;
}

/** Starts one with nothing in it, in some 10 ms once azurite's modules are loaded. */
export async function startAzurite(): Promise<AzureServer> {
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
    ...['', '', '', undefined, false, inMemory, new MemoryExtentChunkStore()],
  );
  const server: Azurite = new Server(configuration);
  await server.start();
  const url = server.getHttpServerAddress();
  const admin = new BlobServiceClient(
    `${url}/${ACCOUNT}`,
    new StorageSharedKeyCredential(ACCOUNT, ACCOUNT_KEY),
    { keepAliveOptions: { enable: false } },
  );
  return {
    url,
    admin,
    put: async (container, key, body) => {
      await admin.getContainerClient(container).getBlockBlobClient(key).uploadData(Buffer.from(body));
    },
    [Symbol.asyncDispose]: () => server.close(),
  };
}
