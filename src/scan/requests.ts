/** Counts the requests that this thread sends, whichever library sends them: exact, because Node itself announces each. */
import { subscribe } from 'node:diagnostics_channel';

/** What node:http and node:https announce, and what `fetch` does. */
const CHANNELS = ['http.client.request.start', 'undici:request:create'] as const;

/** Calls `onRequest` for every request from now on. */
export function watchRequests(onRequest: () => void): void {
  for (const channel of CHANNELS) subscribe(channel, onRequest);
}
