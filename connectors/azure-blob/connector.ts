/** One connected storage account: the four verbs put together. */
import type { Connector, Environment } from '../../src/connector.ts';
import { checkAccess } from './check.ts';
import { createClient } from './client.ts';
import { discoverContainers } from './discover.ts';
import { type ListContext, listBlobs } from './list.ts';
import { readBlob } from './read.ts';
import type { Settings } from './settings.ts';

export async function createConnector(settings: Settings, environment: Environment): Promise<Connector> {
  const client = await createClient(settings, environment);
  const context: ListContext = { client, settings, environment };

  return {
    check: (signal) => checkAccess(context, signal),
    discover: (signal) => discoverContainers(context, signal),
    list: (container, from, signal) => listBlobs(context, container, from, signal),
    open: (asset, options) => readBlob(context, asset, options),
    [Symbol.asyncDispose]: async () => client.close(),
  };
}
