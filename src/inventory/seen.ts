/** Remembers which assets a run has listed, a bit each, so that an unchanged asset costs no row. */
import type { Database } from 'better-sqlite3';

/** Assets of one chunk. */
const CHUNK = 8192;

/** Part of a container's listing in one run. */
export interface SeenKey {
  readonly runId: number;
  readonly containerId: number;
}

export function createSeen(db: Database) {
  const select = db
    .prepare<[number, number, number], Buffer>(
      /* sql */ 'select bits from _seen where run_id = ? and container_id = ? and chunk = ?',
    )
    .pluck();
  const upsert = db.prepare(/* sql */ `
    insert into _seen (run_id, container_id, chunk, bits) values (?, ?, ?, ?)
    on conflict do update set bits = excluded.bits`);
  const selectAll = db.prepare<[number, number], { chunk: number; bits: Buffer }>(
    /* sql */ 'select chunk, bits from _seen where run_id = ? and container_id = ?',
  );
  const drop = db.prepare(/* sql */ 'delete from _seen where run_id = ? and container_id = ?');

  function set(
    { runId, containerId }: SeenKey,
    assetIds: readonly number[],
    merge: (byte: number, mask: number) => number,
  ): void {
    const chunks = new Map<number, Buffer>();
    for (const id of assetIds) {
      const chunk = Math.floor(id / CHUNK);
      const bits = chunks.get(chunk) ?? select.get(runId, containerId, chunk) ?? Buffer.alloc(CHUNK / 8);
      chunks.set(chunk, bits);
      const bit = id % CHUNK;
      bits[bit >> 3] = merge(bits[bit >> 3] ?? 0, 1 << (bit & 7));
    }
    for (const [chunk, bits] of chunks) upsert.run(runId, containerId, chunk, bits);
  }

  return {
    /** Adds asset ids; an id may come twice. */
    add: (key: SeenKey, assetIds: readonly number[]) => set(key, assetIds, (byte, mask) => byte | mask),
    /** Takes asset ids out again, whether or not they were in. */
    remove: (key: SeenKey, assetIds: readonly number[]) => set(key, assetIds, (byte, mask) => byte & ~mask),
    /** All that was added: how many, and whether an id is among them. */
    load({ runId, containerId }: SeenKey): { readonly count: number; has(assetId: number): boolean } {
      const chunks = new Map(selectAll.all(runId, containerId).map(({ chunk, bits }) => [chunk, bits]));
      let count = 0;
      for (const bits of chunks.values()) for (const byte of bits) count += ONES[byte] ?? 0;
      return {
        count,
        has(id) {
          const bit = id % CHUNK;
          const byte = chunks.get(Math.floor(id / CHUNK))?.[bit >> 3] ?? 0;
          return (byte & (1 << (bit & 7))) !== 0;
        },
      };
    },
    drop({ runId, containerId }: SeenKey): void {
      drop.run(runId, containerId);
    },
  };
}

export type Seen = ReturnType<typeof createSeen>;

/** Bits set in each byte value. */
const ONES = Uint8Array.from({ length: 256 }, (_, byte) => {
  let ones = 0;
  for (let rest = byte; rest > 0; rest >>= 1) ones += rest & 1;
  return ones;
});
