/** Which digests content gets when it is read here, so that it is known when a provider names its own. */
import type { SourceConfig } from '../config.ts';
import type { ConnectorModule } from '../connector.ts';
import { COMPUTED, type ComputedDigest } from '../digest/index.ts';
import type { InventoryWriter } from '../inventory/types.ts';
import { loadConnector } from '../registry.ts';

/**
 * Every family that a source vouches for: one that is in the inventory, or one that is configured and may do so when it is
 * listed, so that on the first run the laptop's file and its copy in the cloud are one content without a download.
 */
export async function digestsWanted(
  sources: readonly SourceConfig[],
  writer: InventoryWriter,
): Promise<readonly ComputedDigest[]> {
  const kinds = [...new Set(sources.map(({ connector }) => connector))];
  const modules = await Promise.all(kinds.map(loadConnector));
  const vouched = [...writer.digestsInUse(), ...modules.flatMap((module) => module?.features.digests ?? [])];
  return COMPUTED.filter((algorithm) => vouched.includes(algorithm));
}

/**
 * Whether an unchanged file is read once more when a family is new. Only where nobody else has hashed it and reading costs
 * little: to download a whole bucket again for the sake of another one's digests would cost more than it saves.
 */
export function hashesAnew({ category, features }: ConnectorModule): boolean {
  return features.digests.length === 0 && (category === 'machine' || category === 'experiment');
}
