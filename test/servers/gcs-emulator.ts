/** Starts the GCS emulator of test/emulators, which .ci/run installs: `npm ci --ignore-scripts` there. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';

const FOLDER = new URL('../emulators/', import.meta.url);

export interface GcsEmulator extends AsyncDisposable {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
}

/** @throws Error when it is not installed or does not start */
export async function startGcsEmulator(): Promise<GcsEmulator> {
  if (!existsSync(new URL('node_modules/firebase-tools', FOLDER))) {
    throw new Error('the GCS emulator is missing: npm ci --ignore-scripts in test/emulators');
  }
  const port = await freePort();
  const server = spawn(process.execPath, ['gcs-server.cjs', String(port)], {
    cwd: FOLDER,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const stop = async () => {
    if (server.exitCode !== null) return;
    server.kill('SIGKILL');
    await once(server, 'exit');
  };
  for await (const said of server.stdout) {
    // Its loggers speak there too.
    if (!String(said).includes('listening')) continue;
    server.stdout.resume();
    return { url: `http://127.0.0.1:${port}`, [Symbol.asyncDispose]: stop };
  }
  throw new Error(`the GCS emulator ended with ${server.exitCode}`);
}

async function freePort(): Promise<number> {
  const holder = createServer().listen(0, '127.0.0.1');
  await once(holder, 'listening');
  // A server that listens on TCP has an AddressInfo.
  const { port } = holder.address() as AddressInfo;
  holder.close();
  await once(holder, 'close');
  return port;
}
