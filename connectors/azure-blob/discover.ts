/** Finds the containers of the account, and what each says of itself. */
import type {
  ContainerItem,
  ServiceListContainersSegmentResponse,
  SignedIdentifier,
} from '@azure/storage-blob';
import type { Container } from '../../src/connector.ts';
import { ConnectorError } from '../../src/errors.ts';
import { type Operation, PERMISSIONS } from './failure.ts';
import { containerUri } from './keys.ts';
import type { ListContext } from './list.ts';
import { type AccountFacts, type ContainerFacts, toContainer, wholePage } from './wire.ts';

/** Told a permission, when a question about the posture was denied. */
type OnMissing = (permission: string) => void;

/** @throws ConnectorError `not-found` for a named container that is not there, after all others were given */
export async function* discoverContainers(
  context: ListContext,
  signal: AbortSignal,
): AsyncGenerator<Container> {
  const facts = await accountFacts(context, signal);
  const { containers } = context.settings;
  if (containers === null) {
    for await (const page of containerPages(context, signal)) {
      yield* await Promise.all(page.map((item) => describeContainer(context, { item, facts }, signal)));
    }
    return;
  }
  let missing: ConnectorError | undefined;
  for (const name of containers) {
    try {
      const item = await propertiesOf(context, name, signal);
      yield await describeContainer(context, { item, facts }, signal);
    } catch (error) {
      if (!(error instanceof ConnectorError) || error.code !== 'not-found') throw error;
      missing ??= error;
    }
  }
  if (missing !== undefined) throw missing;
}

/** Page by page, with posture as far as a listing shows it. */
export async function* containerPages(
  { client, settings }: ListContext,
  signal: AbortSignal,
  maxPageSize = 1000,
): AsyncGenerator<readonly ContainerItem[]> {
  const operation = {
    name: 'List Containers',
    uri: `az://${settings.account}/`,
    permission: PERMISSIONS.containers,
  };
  let continuationToken: string | undefined;
  do {
    const paging = { maxPageSize, ...(continuationToken === undefined ? {} : { continuationToken }) };
    const page = await client.request(operation, signal, async () => {
      // Made anew for each try: a generator that failed has ended.
      const pages = client.service
        .listContainers({ abortSignal: signal, includeMetadata: true })
        .byPage(paging);
      return wholePage<ServiceListContainersSegmentResponse>(await pages.next(), operation);
    });
    yield page.containerItems;
    continuationToken = page.continuationToken || undefined;
  } while (continuationToken !== undefined);
}

/** What we may not ask is unknown; the listing will say what is missing. @throws ConnectorError `not-found` */
export async function propertiesOf(
  context: ListContext,
  name: string,
  signal: AbortSignal,
  onMissing?: OnMissing,
): Promise<Pick<ContainerFacts, 'name' | 'properties' | 'metadata'>> {
  const { client, settings } = context;
  const operation = {
    name: 'Get Container Properties',
    uri: containerUri(settings.account, name),
    permission: PERMISSIONS.container,
  };
  const answer = await ask(context, { operation, signal, onMissing }, async () => {
    const { blobPublicAccess, ...properties } = await client.service
      .getContainerClient(name)
      .getProperties({ abortSignal: signal });
    return { ...properties, publicAccess: blobPublicAccess };
  });
  if (answer === undefined) return { name, properties: undefined };
  const { metadata = {}, publicAccess, defaultEncryptionScope } = answer;
  return {
    name,
    metadata,
    properties: {
      lastModified: answer.lastModified ?? new Date(0),
      etag: answer.etag ?? '',
      ...(publicAccess === undefined ? {} : { publicAccess }),
      ...(defaultEncryptionScope === undefined ? {} : { defaultEncryptionScope }),
      hasImmutabilityPolicy: answer.hasImmutabilityPolicy === true,
      hasLegalHold: answer.hasLegalHold === true,
    },
  };
}

export async function describeContainer(
  context: ListContext,
  known: {
    readonly item: Pick<ContainerFacts, 'name' | 'properties' | 'metadata'>;
    readonly facts: AccountFacts;
  },
  signal: AbortSignal,
  onMissing?: OnMissing,
): Promise<Container> {
  const { name, properties, metadata } = known.item;
  const policies = context.settings.posture ? await policiesOf(context, { name, onMissing }, signal) : [];
  return toContainer({ name, properties, ...(metadata ? { metadata } : {}), policies }, known.facts);
}

async function policiesOf(
  context: ListContext,
  { name, onMissing }: { readonly name: string; readonly onMissing: OnMissing | undefined },
  signal: AbortSignal,
): Promise<readonly SignedIdentifier[]> {
  const operation = {
    name: 'Get Container ACL',
    uri: containerUri(context.settings.account, name),
    permission: PERMISSIONS.acl,
  };
  const answer = await ask(context, { operation, signal, onMissing }, () =>
    context.client.service.getContainerClient(name).getAccessPolicy({ abortSignal: signal }),
  );
  return answer?.signedIdentifiers ?? [];
}

/** What the blob service says of itself, asked once for the account. */
export async function accountFacts(
  context: ListContext,
  signal: AbortSignal,
  onMissing?: OnMissing,
): Promise<AccountFacts> {
  const { client, settings } = context;
  const provider = /\.blob\.[^/]+$/.test(settings.url) ? 'azure' : 'azure-compatible';
  const { account } = settings;
  const unasked = { account, provider, readsAreLogged: false, softDeleteDays: undefined } as const;
  if (!settings.posture) return unasked;
  const operation = {
    name: 'Get Blob Service Properties',
    uri: `az://${account}/`,
    permission: PERMISSIONS.service,
  };
  const answer = await ask(context, { operation, signal, onMissing }, () =>
    client.service.getProperties({ abortSignal: signal }),
  );
  if (answer === undefined) return unasked;
  const { blobAnalyticsLogging, deleteRetentionPolicy } = answer;
  return {
    account,
    provider,
    readsAreLogged: blobAnalyticsLogging?.read === true,
    softDeleteDays: deleteRetentionPolicy?.enabled ? deleteRetentionPolicy.days : undefined,
  };
}

/** Asks for a part of the posture: undefined where it cannot be known. @throws ConnectorError `not-found` */
async function ask<T>(
  { client, environment }: ListContext,
  question: {
    readonly operation: Operation;
    readonly signal: AbortSignal;
    readonly onMissing?: OnMissing | undefined;
  },
  send: () => Promise<T>,
): Promise<T | undefined> {
  const { operation, signal, onMissing } = question;
  try {
    return await client.request(operation, signal, send);
  } catch (error) {
    if (!(error instanceof ConnectorError) || error.code === 'not-found') throw error;
    if (error.code === 'auth') onMissing?.(operation.permission);
    // Whoever may read blobs often may not read more: no reason to warn about each container.
    environment.log(error.code === 'auth' ? 'debug' : 'warn', `${error.message}; recorded as unknown`);
    return undefined;
  }
}
