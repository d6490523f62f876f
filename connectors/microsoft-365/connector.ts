/** One connected tenant: the verbs put together. */
import type { Connector, Environment } from '../../src/connector.ts';
import { checkAccess } from './check.ts';
import { createClient } from './client.ts';
import { discoverDrives } from './discover.ts';
import { type ListContext, listChanges, listDrive } from './list.ts';
import { readFile } from './read.ts';
import type { Settings } from './settings.ts';
import { isTrash, listTrash } from './trash.ts';

export async function createConnector(settings: Settings, environment: Environment): Promise<Connector> {
  const client = await createClient(settings, environment);
  const context: ListContext = { client, settings, environment };

  return {
    check: (signal) => checkAccess(context, signal),
    discover: (signal) => discoverDrives(context, signal),
    list: (container, from, signal) =>
      isTrash(container)
        ? listTrash(context, container, from, signal)
        : listDrive(context, container, from, signal),
    changes: (container, token, from, signal) => listChanges(context, container, { token, from }, signal),
    open: (asset, options) => readFile(context, asset, options),
    [Symbol.asyncDispose]: async () => client.close(),
  };
}
