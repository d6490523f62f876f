/** One connected source: whose eyes see which drive, and the verbs put together. */
import type { Connector, Container, Environment } from '../../src/connector.ts';
import { ConnectorError } from '../../src/errors.ts';
import type { Ours } from './access.ts';
import { listChanges } from './changes.ts';
import { checkAccess } from './check.ts';
import { createSessions, type Session } from './client.ts';
import { discoverDrives } from './discover.ts';
import { type Drive, openDrive } from './drive.ts';
import { type LabelNames, loadLabels } from './labels.ts';
import { listDrive } from './list.ts';
import { readFile } from './read.ts';
import { domainsOf, type Settings } from './settings.ts';
import { MY_DRIVE } from './wire.ts';

/** Google gives no larger pages. */
const PAGE_FILES = 1000;

export async function createConnector(settings: Settings, environment: Environment): Promise<Connector> {
  const sessions = await createSessions(settings, environment);
  const finder = createFinder(sessions.all);
  let labels: Promise<LabelNames> | undefined;

  async function ours(signal: AbortSignal): Promise<Ours> {
    return oursOf(settings, sessions.all, signal);
  }

  async function drive(container: Container, signal: AbortSignal): Promise<Drive> {
    const session = await finder.session(container.id, signal);
    if (container.id.startsWith(MY_DRIVE) && (await session.address(signal)) !== addressIn(container.id)) {
      throw new ConnectorError('not-found', `${container.uri}: that is not the My Drive of who is signed in`);
    }
    if (settings.labels) labels ??= loadLabels(session, signal);
    // A failure is asked about again.
    labels?.catch(() => {
      labels = undefined;
    });
    return openDrive({
      ...{ container, session, settings, signal, ours: await ours(signal) },
      labels: (await labels) ?? null,
      pageSize: Math.min(environment.pageSize, PAGE_FILES),
    });
  }

  return {
    check: (signal) => checkAccess(settings, sessions.all, signal),
    async *discover(signal) {
      const context = { settings, sessions: sessions.all, ours: await ours(signal) };
      for await (const { container, session } of discoverDrives(context, signal)) {
        finder.remember(container.id, session);
        yield container;
      }
    },
    async *list(container, from, signal) {
      yield* listDrive(await drive(container, signal), from);
    },
    async *changes(container, token, from, signal) {
      yield* listChanges(await drive(container, signal), token, from);
    },
    async *open(asset, options) {
      if (asset.unread)
        throw new ConnectorError('unsupported', `${asset.uri} was not read: ${asset.unread.message}`);
      const session = await finder.session(asset.container, options.signal);
      yield* readFile({ session, retry: environment.retry }, asset, options);
    },
    [Symbol.asyncDispose]: async () => sessions.close(),
  };
}

interface Finder {
  /** Who can see the container. @throws ConnectorError `not-found` */
  session(containerId: string, signal: AbortSignal): Promise<Session>;
  remember(containerId: string, session: Session): void;
}

function createFinder(sessions: readonly Session[]): Finder {
  const known = new Map<string, Session>();

  async function seeing(driveId: string, signal: AbortSignal): Promise<Session> {
    for (const session of sessions) {
      try {
        const operation = { name: 'drives.get', target: `gdrive://${driveId}` };
        await session.request(operation, signal, (api, options) =>
          api.drives.get({ driveId, fields: 'id' }, options),
        );
        return session;
      } catch (error) {
        if (!(error instanceof ConnectorError && ['not-found', 'auth'].includes(error.code))) throw error;
      }
    }
    throw new ConnectorError('not-found', `gdrive://${driveId}: no subject of this source is a member of it`);
  }

  return {
    async session(containerId, signal) {
      const mine = containerId.startsWith(MY_DRIVE);
      const own = mine
        ? (sessions.find(({ subject }) => subject === addressIn(containerId)) ??
          sessions.find(({ subject }) => subject === null))
        : known.get(containerId);
      if (own === undefined && mine) {
        throw new ConnectorError(
          'not-found',
          `gdrive://${addressIn(containerId)}: not a subject of this source`,
        );
      }
      const session = own ?? (await seeing(containerId, signal));
      known.set(containerId, session);
      return session;
    },
    remember: (containerId, session) => known.set(containerId, session),
  };
}

function addressIn(containerId: string): string {
  return containerId.slice(MY_DRIVE.length);
}

/** Whose domain it is, when nobody says so: the signed-in person's, or theirs alone where addresses are anybody's. */
async function oursOf(settings: Settings, sessions: readonly Session[], signal: AbortSignal): Promise<Ours> {
  const readers = settings.key.type === 'service_account' ? [settings.key.client_email] : [];
  const [first] = sessions;
  if (settings.domains.length > 0 || settings.key.type === 'service_account' || first === undefined) {
    return { domains: settings.domains, self: null, readers };
  }
  const address = await first.address(signal);
  return { domains: domainsOf([address]), self: address, readers };
}
