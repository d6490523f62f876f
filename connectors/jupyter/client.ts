/** Reads from a Jupyter server: one connection pool, one retry, errors with their meaning; never anything but GET. */
import { Agent as HttpAgent, get as httpGet, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, get as httpsGet } from 'node:https';
import type { Retry } from '../../src/connector.ts';
import { ConnectorError } from '../../src/errors.ts';

/** Milliseconds without a byte before a request is given up. */
const SILENCE = 60_000;

export interface Request {
  /** Behind the server's address: `/api/contents/a?content=1`. */
  readonly path: string;
  readonly signal: AbortSignal;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sends no token. */
  readonly anonymous?: boolean;
}

export interface Client {
  /** The answer's head, its body unread. Status 200 or 206. @throws ConnectorError */
  open(request: Request): Promise<IncomingMessage>;
  json(request: Request): Promise<unknown>;
  close(): void;
}

export interface ClientOptions {
  /** `http://host:8888/base`, no slash at its end. */
  readonly url: string;
  readonly token: string | undefined;
  readonly retry: Retry;
  readonly concurrency: number;
}

export function createClient({ url, token, retry, concurrency }: ClientOptions): Client {
  const secure = url.startsWith('https:');
  const settings = { keepAlive: true, maxSockets: concurrency };
  const agent = secure ? new HttpsAgent(settings) : new HttpAgent(settings);

  function send({ path, signal, headers, anonymous }: Request): Promise<IncomingMessage> {
    const credential = token === undefined || anonymous ? {} : { authorization: `token ${token}` };
    return new Promise((resolve, reject) => {
      // Redirects are not followed: the token would go with them.
      const request = (secure ? httpsGet : httpGet)(
        `${url}${path}`,
        { agent, signal, headers: { ...headers, ...credential }, timeout: SILENCE },
        resolve,
      );
      request.on('timeout', () => request.destroy(new Error(`no answer for ${SILENCE / 1000} s`)));
      request.on('error', reject);
    });
  }

  async function attempt(request: Request): Promise<IncomingMessage> {
    const uri = url + request.path;
    try {
      const answer = await send(request);
      if (answer.statusCode === 200 || answer.statusCode === 206) return answer;
      answer.resume();
      throw statusError(uri, answer);
    } catch (error) {
      throw toConnectorError(uri, error, request.signal);
    }
  }

  return {
    open: (request) => retry(() => attempt(request), request.signal),
    json: (request) =>
      retry(async () => {
        const answer = await attempt(request);
        try {
          return JSON.parse(Buffer.concat(await answer.toArray()).toString('utf8'));
        } catch (error) {
          throw toConnectorError(url + request.path, error, request.signal);
        }
      }, request.signal),
    close: () => agent.destroy(),
  };
}

/** What a request, or a body that breaks off, failed with. An abort stays what it is. */
export function toConnectorError(uri: string, error: unknown, signal: AbortSignal): unknown {
  if (signal.aborted) return signal.reason;
  if (error instanceof ConnectorError) return error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'broken answer';
  if (/CERT|TLS|SSL/.test(code)) {
    const advice = 'trust its certificate with NODE_EXTRA_CA_CERTS';
    return new ConnectorError('config', `cannot read ${uri}: ${code}; ${advice}`, { cause: error });
  }
  return new ConnectorError('transient', `cannot read ${uri}: ${code}; is the server running?`, {
    cause: error,
  });
}

function statusError(uri: string, answer: IncomingMessage): ConnectorError {
  const status = answer.statusCode ?? 0;
  const told = `${uri} answered ${status}`;
  if (status === 404 || status === 410) return new ConnectorError('not-found', `${told}: nothing there`);
  if (status === 429 || (status === 503 && answer.headers['retry-after'])) {
    return new ConnectorError('throttled', `${told}: slow down`, { retryAfter: retryAfterOf(answer) });
  }
  // Files redirect to the login page, where the API says 403.
  if (status === 401 || status === 403 || (status >= 300 && status < 400)) {
    return new ConnectorError(
      'auth',
      `${told}; the token is wrong or has ended (a server that restarts makes another); set the token option or JUPYTER_TOKEN`,
    );
  }
  if (status >= 500 || status === 408) return new ConnectorError('transient', `${told}; scan again later`);
  return new ConnectorError('unsupported', `${told}; is it a Jupyter server?`);
}

/** Seconds; the header is a number or an HTTP date (RFC 9110, 10.2.3), counted from the server's own clock. */
function retryAfterOf({ headers }: IncomingMessage): number | undefined {
  const text = headers['retry-after'];
  if (text === undefined) return undefined;
  const seconds = /^\d+$/.test(text)
    ? Number(text)
    : (Date.parse(text) - Date.parse(headers.date ?? text)) / 1000;
  return Number.isFinite(seconds) ? Math.max(0, seconds) : undefined;
}
