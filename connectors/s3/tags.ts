/** Object tags as labels: a request for each object, so only when asked for. */
import { GetObjectTaggingCommand } from '@aws-sdk/client-s3';
import type { Asset, Page } from '../../src/connector.ts';
import { ConnectorError } from '../../src/errors.ts';
import type { Client } from './client.ts';
import { parseObjectUri } from './keys.ts';
import { readTags } from './wire.ts';

/** The page with each asset's tags. What vanished since it was listed keeps none. @throws ConnectorError */
export async function withTags(client: Client, page: Page, signal: AbortSignal): Promise<Page> {
  return { ...page, assets: await Promise.all(page.assets.map((asset) => tagged(client, asset, signal))) };
}

async function tagged(client: Client, asset: Asset, signal: AbortSignal): Promise<Asset> {
  // A delete marker has no tags, and asking for them is an error.
  if (asset.unread?.reason === 'not-regular') return asset;
  const { bucket, key, versionId } = parseObjectUri(asset.uri);
  const operation = { name: 'GetObjectTagging', uri: asset.uri, permission: 's3:GetObjectTagging', bucket };
  const command = new GetObjectTaggingCommand({ Bucket: bucket, Key: key, VersionId: versionId });
  try {
    const labels = await client.request(operation, signal, async (sdk, options) =>
      readTags((await sdk.send(command, options)).TagSet),
    );
    return { ...asset, labels };
  } catch (error) {
    if (error instanceof ConnectorError && error.code === 'gone') return asset;
    throw error;
  }
}
