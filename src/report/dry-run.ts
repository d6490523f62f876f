/** What a scan would do, from its events: a line for each asset that would be read, and an estimate at the end. */
import type { ScanEvent, ScanObserver } from '../scan/events.ts';
import { forTerminal } from './escape.ts';
import { formatSize, plural } from './format.ts';

export interface DryRun {
  readonly observe: ScanObserver;
  /** Writes the estimate: the last line. */
  finish(): void;
}

type Action = Extract<ScanEvent, { type: 'would' }>['action'];

/** `write` gets whole lines. As JSON every asset has its line, otherwise only those that would be read. */
export function createDryRun(write: (line: string) => void, json: boolean): DryRun {
  const assets: Record<Action, number> = { read: 0, unchanged: 0, metadata: 0, gap: 0 };
  let bytes = 0;
  let listingRequests = 0;
  return {
    observe: (event) => {
      if (event.type === 'would') {
        assets[event.action] += 1;
        if (event.action === 'read') bytes += event.bytes;
        if (json) write(`${JSON.stringify(event)}\n`);
        else if (event.action === 'read') {
          write(`${formatSize(event.bytes).padStart(8)}  ${forTerminal(event.uri)}\n`);
        }
      }
      if (event.type === 'source-finished') listingRequests += event.requests;
    },
    finish: () => {
      // One request opens one asset; large ones may take more.
      const requests = { listing: listingRequests, reading: assets.read };
      if (json) {
        write(`${JSON.stringify({ type: 'summary', dryRun: true, assets, bytes, requests })}\n`);
        return;
      }
      write(
        `would read ${plural(assets.read, 'asset')}, ${formatSize(bytes)}, with about ${plural(assets.read, 'request')}` +
          ` after ${plural(listingRequests, 'request')} for listing\n` +
          `would leave ${plural(assets.unchanged, 'asset')} unchanged, ${assets.metadata} unopened by design, ` +
          `${assets.gap} that cannot be read\n`,
      );
    },
  };
}
