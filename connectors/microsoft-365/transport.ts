/** Sends GET requests over connections that are kept open and can be closed: nothing else ever leaves for Graph. */
import { Agent as HttpAgent, get as httpGet, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, get as httpsGet } from 'node:https';
import type { Environment } from '../../src/connector.ts';

/** Milliseconds without a byte before a request is given up. */
const SILENCE = 60_000;

export interface GetOptions {
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

export interface Transport {
  /** The answer's head, its body unread; redirects are not followed. Rejects with what the network says. */
  get(url: string, options: GetOptions): Promise<IncomingMessage>;
  close(): void;
}

/** `env` may name a proxy: HTTPS_PROXY, HTTP_PROXY, NO_PROXY. */
export function createTransport({ concurrency, env }: Pick<Environment, 'concurrency' | 'env'>): Transport {
  const settings = { keepAlive: true, maxSockets: concurrency, proxyEnv: env };
  const plain = new HttpAgent(settings);
  const secure = new HttpsAgent(settings);

  return {
    get: (url, { headers, signal }) =>
      new Promise((resolve, reject) => {
        const options = { headers, signal, timeout: SILENCE };
        const request = url.startsWith('https:')
          ? httpsGet(url, { ...options, agent: secure }, resolve)
          : httpGet(url, { ...options, agent: plain }, resolve);
        request.on('timeout', () => request.destroy(new Error(`no answer for ${SILENCE / 1000} s`)));
        request.on('error', reject);
      }),
    close: () => {
      plain.destroy();
      secure.destroy();
    },
  };
}
