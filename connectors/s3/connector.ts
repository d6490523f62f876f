/** One connected S3 source: the four verbs put together. */
import type { Connector, Environment } from '../../src/connector.ts';
import { checkAccess } from './check.ts';
import { createClient } from './client.ts';
import { discoverBuckets } from './discover.ts';
import { type ListContext, listObjects } from './list.ts';
import { readObject } from './read.ts';
import type { Settings } from './settings.ts';
import { withTags } from './tags.ts';
import { listVersions } from './versions.ts';

export async function createConnector(settings: Settings, environment: Environment): Promise<Connector> {
  const client = await createClient(settings, environment);
  const context: ListContext = { client, settings, environment };
  const listPages = settings.versions ? listVersions : listObjects;

  return {
    check: (signal) => checkAccess(context, signal),
    discover: (signal) => discoverBuckets(context, signal),
    async *list(container, from, signal) {
      if (container.region !== null) client.locate(container.id, container.region);
      for await (const page of listPages(context, container, from, signal)) {
        yield settings.tags ? await withTags(client, page, signal) : page;
      }
    },
    open: (asset, options) => readObject(context, asset, options),
    [Symbol.asyncDispose]: async () => client.close(),
  };
}
