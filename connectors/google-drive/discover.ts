/** Finds the drives in reach: the My Drive of each user we act as, and the shared drives that any of them is a member of. */
import type { Container } from '../../src/connector.ts';
import { ConnectorError } from '../../src/errors.ts';
import { type Ours, toAccess } from './access.ts';
import { listPermissions } from './api.ts';
import type { Session } from './client.ts';
import type { Settings } from './settings.ts';
import { myDriveContainer, readDrives, type SharedDrive, sharedDriveContainer } from './wire.ts';

export interface DiscoverContext {
  readonly settings: Settings;
  readonly sessions: readonly Session[];
  readonly ours: Ours;
}

export interface Discovered {
  readonly container: Container;
  /** Who can see it. */
  readonly session: Session;
}

/** @throws ConnectorError `not-found` for a shared drive that was named and nobody can see, after all others */
export async function* discoverDrives(
  { settings, sessions, ours }: DiscoverContext,
  signal: AbortSignal,
): AsyncGenerator<Discovered> {
  if (settings.myDrive) {
    for (const session of sessions) {
      const address = await session.address(signal);
      const owner = {
        type: 'user',
        role: 'owner',
        address,
        domain: null,
        discoverable: false,
        deleted: false,
      };
      yield { session, container: myDriveContainer(address, toAccess([owner], { ...ours, self: address })) };
    }
  }
  if (!settings.sharedDrives) return;
  const missing = new Set(settings.drives);
  const seen = new Set<string>();
  for (const session of sessions) {
    for await (const drive of listSharedDrives(session, signal)) {
      const wanted =
        settings.drives === null || [drive.id, drive.name].some((word) => settings.drives?.includes(word));
      if (!wanted || seen.has(drive.id)) continue;
      seen.add(drive.id);
      missing.delete(drive.id);
      missing.delete(drive.name);
      const address = await session.address(signal);
      const permissions = await listPermissions(session, drive.id, {
        target: `gdrive://${drive.id}`,
        signal,
      });
      yield { session, container: sharedDriveContainer(drive, address, toAccess(permissions, ours)) };
    }
  }
  const [first] = missing;
  if (first === undefined) return;
  throw new ConnectorError(
    'not-found',
    `gdrive://${first}: no shared drive of that name or id that we are a member of; share it with us, or correct drives`,
  );
}

async function* listSharedDrives(session: Session, signal: AbortSignal): AsyncGenerator<SharedDrive> {
  const operation = { name: 'drives.list', target: 'shared drives' };
  const fields = 'nextPageToken,drives(id,name,restrictions(domainUsersOnly))';
  for (let pageToken: string | undefined; ; ) {
    const page = pageToken === undefined ? {} : { pageToken };
    const { data } = await session.request(operation, signal, (api, options) =>
      api.drives.list({ pageSize: 100, fields, ...page }, options),
    );
    const { drives, next } = readDrives(data);
    yield* drives;
    if (next === null) return;
    pageToken = next;
  }
}
