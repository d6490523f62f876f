/** The floor of a content scan: reads and sha256-hashes every file below a folder with N workers. `read-hash.ts DIR N` */
import { createHash } from 'node:crypto';
import { closeSync, openSync, readdirSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { isMainThread, Worker, workerData } from 'node:worker_threads';

const BLOCK_BYTES = 256 * 1024;

interface Share {
  readonly files: readonly string[];
  /** Index of the next file that nobody has taken. */
  readonly next: Int32Array;
}

if (isMainThread) {
  const [folder, workers] = process.argv.slice(2);
  if (folder === undefined) throw new Error('usage: read-hash.ts DIR WORKERS');
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  const share: Share = { files, next: new Int32Array(new SharedArrayBuffer(4)) };
  await Promise.all(
    Array.from({ length: Number(workers ?? 1) }, () =>
      finished(new Worker(import.meta.filename, { workerData: share })),
    ),
  );
} else {
  // Set by the main thread above.
  hashFiles(workerData as Share);
}

function hashFiles({ files, next }: Share): void {
  const block = Buffer.alloc(BLOCK_BYTES);
  for (;;) {
    const path = files[Atomics.add(next, 0, 1)];
    if (path === undefined) return;
    const hash = createHash('sha256');
    const file = openSync(path, 'r');
    for (;;) {
      const length = readSync(file, block, 0, BLOCK_BYTES, null);
      if (length === 0) break;
      hash.update(block.subarray(0, length));
    }
    closeSync(file);
    hash.digest('hex');
  }
}

function finished(worker: Worker): Promise<void> {
  return new Promise((resolve, reject) => {
    worker.on('error', reject);
    worker.on('exit', () => resolve());
  });
}
