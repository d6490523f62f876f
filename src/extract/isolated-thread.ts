/** The other side of isolated.ts: what a parser's own thread does. */
import { parentPort } from 'node:worker_threads';
import type { FromParser, ToParser } from './isolated.ts';
import { ContentError } from './reader.ts';

/** Serves one task after the other with `parse`; does nothing where there is no thread to answer to. */
export function serveParser(parse: (task: unknown) => AsyncIterable<unknown>): void {
  const port = parentPort;
  if (port === null) return;
  let items: AsyncIterator<unknown> | undefined;
  port.on('message', async (message: ToParser) => {
    if (message.type === 'begin') {
      items = parse(message.task)[Symbol.asyncIterator]();
      return;
    }
    port.postMessage(await next(items));
  });
}

async function next(items: AsyncIterator<unknown> | undefined): Promise<FromParser> {
  try {
    const { done, value } = (await items?.next()) ?? { done: true, value: undefined };
    return done ? { type: 'end' } : { type: 'item', item: value };
  } catch (error) {
    if (error instanceof ContentError)
      return { type: 'failed', reason: error.reason, message: error.message };
    // Libraries quote content in their messages.
    const name = error instanceof Error ? error.name : 'failure';
    return { type: 'failed', reason: 'malformed', message: `its parser stopped: ${name}` };
  }
}
