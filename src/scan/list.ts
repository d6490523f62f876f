/** Lists one source in a worker: check, discover, pages; names and paths go through the rules on the way. */
import type { Connector, Container, Page } from '../connector.ts';
import type { Detector } from '../detect/detector.ts';
import { ConnectorError, messageOf } from '../errors.ts';
import type { Finding } from '../model.ts';
import {
  type FromLister,
  type ListedPage,
  type ListTask,
  PAGE_CREDITS,
  SLOT,
  type WireError,
} from './protocol.ts';

/** How many pages may still be sent before the main thread asks for more. */
export interface Credits {
  add(): void;
  /** Resolves when one can be spent. Rejects when aborted. */
  take(signal: AbortSignal): Promise<void>;
}

export function createCredits(): Credits {
  let left = PAGE_CREDITS;
  let wake: (() => void) | undefined;
  return {
    add() {
      left += 1;
      wake?.();
    },
    async take(signal) {
      while (left === 0) {
        await new Promise<void>((resolve, reject) => {
          wake = resolve;
          signal.addEventListener('abort', () => reject(signal.reason), { once: true });
        });
      }
      left -= 1;
    },
  };
}

export interface ListContext {
  open(): Promise<{ readonly connector: Connector }>;
  /** Rules on names, paths and labels. */
  readonly metadata: Detector['metadata'];
  readonly credits: Credits;
  post(message: FromLister): void;
  readonly slots: Int32Array;
  readonly signal: AbortSignal;
}

/** Never rejects: an error ends the container it concerns, or the source, and is posted. */
export async function listSource(task: ListTask, context: ListContext): Promise<void> {
  const { post, signal } = context;
  try {
    const { connector } = await context.open();
    await using _closing = connector;
    post({ type: 'checked', identity: await connector.check(signal) });
    const containerIds: string[] = [];
    for await (const container of connector.discover(signal)) {
      containerIds.push(container.id);
      if (task.progress.get(container.id) === null) continue;
      await listContainer(connector, container, task, context);
    }
    post({ type: 'discovered', containerIds });
    post({ type: 'list-end' });
  } catch (error) {
    post({ type: 'list-end', error: toWire(error) });
  }
}

async function listContainer(
  connector: Connector,
  container: Container,
  task: ListTask,
  context: ListContext,
): Promise<void> {
  const { post, signal } = context;
  const containerId = container.id;
  const from = task.progress.get(containerId) ?? undefined;
  const since = connector.changes && task.tokens.get(containerId);
  post({ type: 'container', container, ...(since !== undefined && { since }) });
  try {
    if (connector.changes === undefined || since === undefined) {
      await sendPages(containerId, connector.list(container, from, signal), context);
    } else {
      try {
        await sendPages(containerId, connector.changes(container, since, from, signal), context);
      } catch (error) {
        if (!(error instanceof ConnectorError && error.code === 'resync')) throw error;
        post({ type: 'resync', containerId });
        await sendPages(containerId, connector.list(container, undefined, signal), context);
      }
    }
    post({ type: 'container-end', containerId });
  } catch (error) {
    signal.throwIfAborted();
    post({ type: 'container-end', containerId, error: toWire(error) });
  }
}

async function sendPages(
  containerId: string,
  pages: AsyncIterable<Page>,
  { credits, metadata, post, signal, slots }: ListContext,
): Promise<void> {
  for await (const page of pages) {
    if (Atomics.load(slots, SLOT.abort) === 1) throw new Error('the scan was interrupted');
    await credits.take(signal);
    post({ type: 'page', containerId, listed: withMetadata(page, metadata) });
  }
}

function withMetadata(page: Page, metadata: Detector['metadata']): ListedPage {
  const metadataFindings = new Map<number, readonly Finding[]>();
  for (const [index, asset] of page.assets.entries()) {
    const found = metadata({ path: asset.path, name: asset.name, labels: asset.labels ?? {} });
    if (found.length > 0) metadataFindings.set(index, found);
  }
  return { page, metadataFindings };
}

function toWire(error: unknown): WireError {
  return { code: error instanceof ConnectorError ? error.code : 'unexpected', message: messageOf(error) };
}
