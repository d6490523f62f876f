/** Asks Drive as somebody: the SDK builds the requests; limit, retry and errors are here, in one place. */
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { drive_v3 } from 'googleapis/build/src/apis/drive/index.js';
import type { drivelabels_v2 } from 'googleapis/build/src/apis/drivelabels/index.js';
import pLimit from 'p-limit';
import { endToken, isUnauthorised, sendRenewing } from '../../src/bucket/renew.ts';
import type { Environment } from '../../src/connector.ts';
import { type Operation, toConnectorError } from './failure.ts';
import type { Settings } from './settings.ts';

/** Milliseconds until an answer must be there, but for bytes of files. */
const ANSWER_MS = 60_000;

/** Options of one call of the SDK; its own retry is off: `environment.retry` is the only one. */
export interface CallOptions {
  readonly signal: AbortSignal;
  readonly retry: false;
}

/** The user that requests are made as, with a limiter of their own: Google counts by user. */
export interface Session {
  /** Address of the subject; null for the key's own identity. */
  readonly subject: string | null;
  /** Address of the signed-in user, lower case; asked once where there is no subject. */
  address(signal: AbortSignal): Promise<string>;
  /** Scopes that the token in use has. */
  scopes(signal: AbortSignal): Promise<readonly string[]>;
  /** Runs `send` within the limit, again while the source's retry says so. @throws ConnectorError, or the signal's reason */
  request<T>(operation: Operation, signal: AbortSignal, send: Send<T>): Promise<T>;
  /** The same once, for what is tried again from outside. */
  attempt<T>(operation: Operation, signal: AbortSignal, send: Send<T>): Promise<T>;
  /** As `request`, of the Labels API, whose client is loaded only then. */
  labels<T>(
    operation: Operation,
    signal: AbortSignal,
    send: (labels: drivelabels_v2.Drivelabels, options: CallOptions) => Promise<T>,
  ): Promise<T>;
}

export type Send<T> = (drive: drive_v3.Drive, options: CallOptions) => Promise<T>;

export interface Sessions {
  /** One for each subject, in their order; the key's own where there are none. */
  readonly all: readonly Session[];
  close(): void;
}

export async function createSessions(settings: Settings, environment: Environment): Promise<Sessions> {
  // The Drive module alone: all of googleapis takes twenty times as long to load.
  const sdk = await import('googleapis/build/src/apis/drive/index.js');
  const agents = createAgents(environment);
  const subjects = settings.subjects.length === 0 ? [null] : settings.subjects;
  const all = subjects.map((subject) => createSession(sdk, { subject, settings, environment, agents }));
  return { all, close: agents.close };
}

interface SessionParts {
  readonly subject: string | null;
  readonly settings: Settings;
  readonly environment: Environment;
  readonly agents: Agents;
}

type Sdk = typeof import('googleapis/build/src/apis/drive/index.js');

function createSession(sdk: Sdk, parts: SessionParts): Session {
  const { subject, settings, environment } = parts;
  const auth = createAuth(sdk, parts);
  const root = settings.endpoint === null ? {} : { rootUrl: `${settings.endpoint}/` };
  const drive = sdk.drive({ version: 'v3', auth, ...root });
  const limit = pLimit(environment.concurrency);
  let address: Promise<string> | undefined;

  async function renew(): Promise<boolean> {
    endToken(auth);
    return true;
  }
  function attempt<T>(operation: Operation, signal: AbortSignal, call: (options: CallOptions) => Promise<T>) {
    return limit(async () => {
      signal.throwIfAborted();
      try {
        return await sendRenewing(() => call({ signal, retry: false }), isUnauthorised, renew);
      } catch (error) {
        signal.throwIfAborted();
        throw toConnectorError(error, operation);
      }
    });
  }
  const again = <T>(operation: Operation, signal: AbortSignal, call: (options: CallOptions) => Promise<T>) =>
    environment.retry(() => attempt(operation, signal, call), signal);

  async function askAddress(signal: AbortSignal): Promise<string> {
    const operation = { name: 'about.get', target: 'Google Drive' };
    const { data } = await again(operation, signal, (options) =>
      drive.about.get({ fields: 'user' }, options),
    );
    return data.user?.emailAddress?.toLowerCase() ?? 'unknown';
  }

  return {
    subject,
    address(signal) {
      if (subject !== null) return Promise.resolve(subject);
      address ??= askAddress(signal);
      // A failure is asked about again.
      address.catch(() => {
        address = undefined;
      });
      return address;
    },
    scopes: (signal) =>
      again({ name: 'tokeninfo', target: subject ?? 'the signed-in user' }, signal, async () => {
        const { token } = await auth.getAccessToken();
        return (await auth.getTokenInfo(token ?? '')).scopes;
      }),
    request: (operation, signal, send) => again(operation, signal, (options) => send(drive, options)),
    attempt: (operation, signal, send) => attempt(operation, signal, (options) => send(drive, options)),
    labels: async (operation, signal, send) => {
      const { drivelabels } = await import('googleapis/build/src/apis/drivelabels/index.js');
      const labels = drivelabels({ version: 'v2', auth, ...root });
      return again(operation, signal, (options) => send(labels, options));
    },
  };
}

/** The SDK's client for the key, on our connections, with our retry instead of its own. */
function createAuth({ auth }: Sdk, { subject, settings, agents }: SessionParts) {
  const { key, scopes, endpoint } = settings;
  const client =
    key.type === 'service_account'
      ? new auth.JWT({
          email: key.client_email,
          key: key.private_key,
          scopes: [...scopes],
          ...(subject === null ? {} : { subject }),
        })
      : new auth.OAuth2({ clientId: key.client_id, clientSecret: key.client_secret });
  if (key.type === 'authorized_user') client.setCredentials({ refresh_token: key.refresh_token });
  client.transporter.interceptors.request.add({
    async resolved(request) {
      request.retry = false;
      delete request.retryConfig;
      if (agents.agent !== undefined) request.agent = agents.agent;
      if (request.responseType !== 'stream') {
        const timeout = AbortSignal.timeout(ANSWER_MS);
        request.signal = request.signal ? AbortSignal.any([request.signal, timeout]) : timeout;
      }
      // Tokens too: the SDK has their address built in.
      if (endpoint !== null) request.url = new URL(request.url.pathname + request.url.search, endpoint);
      return request;
    },
  });
  client.transporter.interceptors.response.add({
    // What breaks off in the middle of its JSON, the SDK gives on as a text.
    async resolved(response) {
      const json = !['stream', 'arraybuffer'].includes(response.config.responseType ?? '');
      if (json && typeof response.data === 'string') throw new Error('the answer is no JSON');
      return response;
    },
  });
  return client;
}

interface Agents {
  /** Undefined where a proxy is to be used: the SDK makes its own for that. */
  readonly agent: ((url: URL) => HttpAgent) | undefined;
  close(): void;
}

function createAgents({ env, concurrency }: Environment): Agents {
  const proxied = ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy'].some((name) => env[name]);
  if (proxied) return { agent: undefined, close: () => undefined };
  const settings = { keepAlive: true, maxSockets: 4 * concurrency };
  const [plain, secure] = [new HttpAgent(settings), new HttpsAgent(settings)];
  return {
    agent: ({ protocol }) => (protocol === 'http:' ? plain : secure),
    close() {
      plain.destroy();
      secure.destroy();
    },
  };
}
