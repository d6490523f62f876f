/** What lies in the recycle bins of sites, as a container of its own for each: listed, never read. */
import type { Asset, Container, Cursor, Page } from '../../src/connector.ts';
import { COST } from './client.ts';
import type { ListContext } from './list.ts';
import { readPage, type Trashed, toTime } from './wire.ts';

const PREFIX = 'recycle-bin:';

/** `site`: Graph's id of the site. */
export function trashContainer(site: string, of: Container): Container {
  return {
    ...of,
    id: PREFIX + site,
    name: `${of.name} / recycle bin`,
    uri: `${of.uri}?recycle-bin=`,
    labels: {},
    access: null,
  };
}

export function isTrash(container: Container): boolean {
  return container.id.startsWith(PREFIX);
}

/** There are no changes of a recycle bin: it is listed whole each time. The cursor is Graph's own. @throws ConnectorError */
export async function* listTrash(
  { client, environment }: ListContext,
  container: Container,
  from: Cursor | undefined,
  signal: AbortSignal,
): AsyncGenerator<Page> {
  const site = encodeURIComponent(container.id.slice(PREFIX.length));
  for (let path = from ?? `/sites/${site}/recycleBin/items?$top=${environment.pageSize}`; ; ) {
    const request = {
      name: 'list recycle bin',
      target: container.name,
      permission: 'Sites.Read.All',
      path,
      cost: COST.list,
      // Microsoft has it nowhere else yet.
      version: 'beta',
    } as const;
    const { values, nextLink } = readPage('trashed', await client.json(request, signal));
    const next = nextLink === undefined ? null : client.relative(nextLink);
    yield { assets: values.map((item) => toAsset(item, container)), gaps: [], next };
    if (next === null) return;
    path = next;
  }
}

function toAsset(item: Trashed, container: Container): Asset {
  const folder = item.deletedFromLocation?.replace(/^\/+|\/+$/g, '') ?? '';
  return {
    container: container.id,
    key: item.id,
    uri: container.uri + encodeURIComponent(item.id),
    path: folder === '' ? item.name : `${folder}/${item.name}`,
    name: item.name,
    size: item.size ?? null,
    version: `${item.deletedDateTime}/${item.size}`,
    modifiedAt: toTime(item.deletedDateTime),
    owner: null,
    mediaType: null,
    access: null,
    labels: { trashed: 'yes' },
    unread: {
      reason: 'archived',
      message: 'it lies in the recycle bin, out of which Graph gives nothing; restore it to have it read',
    },
  };
}
