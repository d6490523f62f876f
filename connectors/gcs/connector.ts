/** One connected GCS source: the four verbs put together. */
import type { Connector, Environment } from '../../src/connector.ts';
import { checkAccess } from './check.ts';
import { createClient } from './client.ts';
import { discoverBuckets } from './discover.ts';
import { type ListContext, listBucket } from './list.ts';
import { readObject } from './read.ts';
import type { Settings } from './settings.ts';

export async function createConnector(settings: Settings, environment: Environment): Promise<Connector> {
  const client = createClient(settings, environment);
  const context: ListContext = { client, settings, environment };

  return {
    check: (signal) => checkAccess(context, signal),
    discover: (signal) => discoverBuckets(context, signal),
    list: (container, from, signal) => listBucket(context, container, from, signal),
    open: (asset, options) => readObject(context, asset, options),
    [Symbol.asyncDispose]: async () => client.close(),
  };
}
