/** What the local connector does where it may not, and who it says may read, on real folders. */
import { chmodSync, chownSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { never, useFolder } from './local-folder.ts';

const place = useFolder();

describe('permission', () => {
  test('folders and files that may not be read are gaps, and their neighbours are listed', async () => {
    for (const path of ['open/a', 'closed/b', 'names-only/c', 'unreadable', 'z']) place.put(path);
    chmodSync(join(place.root, 'closed'), 0o000);
    chmodSync(join(place.root, 'names-only'), 0o444);
    chmodSync(join(place.root, 'unreadable'), 0o000);
    for (const folder of [place.above, place.root, join(place.root, 'open')]) chmodSync(folder, 0o755);
    // The connector loads its code when it first lists, and nobody may not be able to reach this checkout.
    await place.list();
    await asNobody(async () => {
      const { connector, pages, assets, asset, read } = await place.list();
      expect(assets.map((one) => one.path)).toEqual(['open/a', 'unreadable', 'z']);
      expect(pages[0]?.gaps).toMatchObject([
        { prefix: 'closed/', reason: 'permission-denied' },
        { prefix: 'names-only/', reason: 'permission-denied' },
      ]);
      expect(await read('z')).toBe('z');
      await expect(
        Array.fromAsync(connector.open(asset('unreadable'), { signal: never })),
      ).rejects.toMatchObject({ code: 'auth' });
    });
    for (const path of ['closed', 'names-only']) chmodSync(join(place.root, path), 0o755);
  });
});

describe('who may read', () => {
  const cases = [
    { file: 0o600, folder: 0o755, exposure: 'private', roles: ['own'] },
    { file: 0o644, folder: 0o755, exposure: 'internal', roles: ['own', 'read', 'read'] },
    { file: 0o666, folder: 0o700, exposure: 'private', roles: ['own'] },
    { file: 0o664, folder: 0o750, exposure: 'internal', roles: ['own', 'write'] },
    { file: 0o604, folder: 0o711, exposure: 'internal', roles: ['own', 'read'] },
    // The group is shut out of the folder that everyone else may enter.
    { file: 0o644, folder: 0o705, exposure: 'internal', roles: ['own', 'read'] },
  ] as const;
  test.each(cases)('mode $file in a folder of mode $folder', async ({ file, folder, exposure, roles }) => {
    chmodSync(place.above, 0o755);
    place.put('in/file');
    // A group number that no machine has a name for, so that nobody is its only member.
    for (const path of [join(place.root, 'in/file'), join(place.root, 'in')]) {
      if (process.getuid?.() === 0) chownSync(path, 54_321, 54_322);
    }
    chmodSync(join(place.root, 'in/file'), file);
    chmodSync(join(place.root, 'in'), folder);
    const { asset } = await place.list();
    expect(asset('in/file').access?.exposure).toBe(exposure);
    expect(asset('in/file').access?.grants.map((grant) => grant.role)).toEqual(roles);
    if (process.getuid?.() === 0) expect(asset('in/file').owner).toBe('uid:54321');
  });

  test('files with the same owner and mode share one access object', async () => {
    place.put('a');
    place.put('b/c');
    const { asset } = await place.list();
    expect(asset('a').access).toBe(asset('b/c').access);
  });
});

/** Root may read everything: the work is done with somebody's rights who may not. */
async function asNobody(work: () => Promise<void>): Promise<void> {
  if (process.getuid?.() !== 0) return work();
  process.seteuid?.(65_534);
  try {
    await work();
  } finally {
    process.seteuid?.(0);
  }
}
