/** Connects to a source for a command that asks it something without a scan. */
import type { SourceConfig } from '../config.ts';
import type { Connector, ConnectorModule } from '../connector.ts';
import { ConnectorError } from '../errors.ts';
import { createRetry } from '../retry.ts';
import type { Context } from './context.ts';

/** To be ended by `await using`. @throws ConnectorError, also for a connector that is not there */
export async function connectSource(
  source: SourceConfig,
  modules: readonly ConnectorModule[],
  { env, cores }: Pick<Context, 'env' | 'cores'>,
): Promise<Connector> {
  const module = modules.find(({ kind }) => kind === source.connector);
  if (module === undefined) throw new ConnectorError('config', `there is no connector "${source.connector}"`);
  return module.connect(source.options, {
    env,
    retry: createRetry(),
    concurrency: cores,
    pageSize: 1000,
    log: () => undefined,
  });
}
