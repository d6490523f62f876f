/** Every connector, by the name of its folder. A new connector is one folder and one line here. */
import type { ConnectorModule } from './connector.ts';

const LOADERS = {
  'azure-blob': () => import('../connectors/azure-blob/index.ts'),
  gcs: () => import('../connectors/gcs/index.ts'),
  'google-drive': () => import('../connectors/google-drive/index.ts'),
  jupyter: () => import('../connectors/jupyter/index.ts'),
  local: () => import('../connectors/local/index.ts'),
  'microsoft-365': () => import('../connectors/microsoft-365/index.ts'),
  s3: () => import('../connectors/s3/index.ts'),
} satisfies Record<string, () => Promise<{ default: ConnectorModule }>>;

export type ConnectorKind = keyof typeof LOADERS;
export const CONNECTOR_KINDS = Object.keys(LOADERS) as readonly ConnectorKind[];

/** Loads one connector's module (not its SDK). Undefined for a kind that does not exist. */
export async function loadConnector(kind: string): Promise<ConnectorModule | undefined> {
  if (!Object.hasOwn(LOADERS, kind)) return undefined;
  // The key was just checked to be one of ours.
  return (await LOADERS[kind as ConnectorKind]()).default;
}

/** Loads every connector's module, in the registry's order; no SDK. */
export async function loadConnectors(): Promise<readonly ConnectorModule[]> {
  return Promise.all(Object.values(LOADERS).map(async (load) => (await load()).default));
}
