/** Earlier versions of files: a request for each file, so only when asked for. */
import type { Asset } from '../../src/connector.ts';
import { ConnectorError } from '../../src/errors.ts';
import { COST } from './client.ts';
import type { ListContext } from './list.ts';
import { allOf } from './pages.ts';
import { toTime } from './wire.ts';

/** Between an item's id and a version's; neither holds it. */
const MARK = '@';

/** The file's versions but the current one, newest first. What vanished meanwhile has none. @throws ConnectorError */
export async function versionsOf(
  { client }: ListContext,
  asset: Asset,
  signal: AbortSignal,
): Promise<readonly Asset[]> {
  const request = {
    name: 'list versions',
    target: asset.uri,
    permission: 'Files.Read.All',
    path: `/drives/${encodeURIComponent(asset.container)}/items/${encodeURIComponent(asset.key)}/versions`,
    cost: COST.list,
  };
  try {
    const [, ...earlier] = await allOf(client, { shape: 'version', request }, signal);
    return earlier.map(({ id, size, lastModifiedDateTime }) => {
      const { digests: _, ...rest } = asset;
      const suffix = `?version=${encodeURIComponent(id)}`;
      return {
        ...rest,
        key: asset.key + MARK + id,
        uri: asset.uri + suffix,
        path: asset.path + suffix,
        name: asset.name + suffix,
        size: size ?? null,
        version: `${id}/${lastModifiedDateTime}/${size}`,
        modifiedAt: toTime(lastModifiedDateTime),
      };
    });
  } catch (error) {
    if (error instanceof ConnectorError && error.code === 'not-found') return [];
    throw error;
  }
}

/** An asset's key as the item's id and, for an earlier version, the version's. */
export function parseKey(key: string): { readonly item: string; readonly version: string | undefined } {
  const [item = '', version] = key.split(MARK);
  return { item, version };
}
