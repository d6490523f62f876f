/** Lists a drive whole, page by page, from a cursor that also says since when changes are to be listed the next time. */
import { z } from 'zod';
import type { Asset, Cursor, Page } from '../../src/connector.ts';
import { ConnectorError } from '../../src/errors.ts';
import type { Drive } from './drive.ts';
import { readJson, TOKEN, type Token, writeToken } from './token.ts';
import type { DriveFile } from './wire.ts';

const CURSOR = z.object({
  /** Where changes begin that this listing may have missed. */
  start: TOKEN,
  page: z.string(),
});

/** @throws ConnectorError */
export async function* listDrive(drive: Drive, from: Cursor | undefined): AsyncGenerator<Page> {
  const resumed = from === undefined ? undefined : readJson(CURSOR, from);
  const start: Token = resumed?.start ?? (await beginning(drive));
  await drive.loadFolders();
  let token = resumed?.page ?? null;
  for (let first = true; ; first = false) {
    const listed = await filesAt(drive, token, first);
    const assets = await assetsOf(drive, listed.files);
    if (listed.next === null) {
      yield { assets, gaps: [], next: null, token: writeToken(start) };
      return;
    }
    token = listed.next;
    yield { assets, gaps: [], next: JSON.stringify({ start, page: token } satisfies z.infer<typeof CURSOR>) };
  }
}

async function beginning(drive: Drive): Promise<Token> {
  const { token, at } = await drive.startToken();
  return { page: token, whole: at, members: drive.members };
}

/** Google keeps a listing's place for some hours: one that is taken up again later begins anew. */
async function filesAt(drive: Drive, token: string | null, first: boolean) {
  try {
    return await drive.files(token);
  } catch (error) {
    const lost = error instanceof ConnectorError && error.code === 'resync' && token !== null;
    if (!lost) throw error;
    if (first) return drive.files(null);
    throw new ConnectorError('transient', `${error.message}; the listing lost its place`, { cause: error });
  }
}

/** Those of the files that belong to the container, in order. */
async function assetsOf(drive: Drive, files: readonly DriveFile[]): Promise<readonly Asset[]> {
  const assets = await Promise.all(files.map((file) => drive.asset(file)));
  return assets.filter((asset) => asset !== null);
}
