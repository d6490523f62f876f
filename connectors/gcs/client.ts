/**
 * Sends requests: one login, one limiter, the source's retry, and errors mapped in one place. The SDK's Storage knows the
 * address, the project and the login, and its authenticated client is what sends; the calls of its buckets and files are not used,
 * for they cannot be aborted and open a connection for each request or never close any.
 */
import type { Readable } from 'node:stream';
import { Storage } from '@google-cloud/storage';
import { GoogleAuth, OAuth2Client, PassThroughClient } from 'google-auth-library';
import pLimit from 'p-limit';
import { agentFor } from '../../src/bucket/agent.ts';
import { endToken, isUnauthorised, sendRenewing } from '../../src/bucket/renew.ts';
import type { Environment } from '../../src/connector.ts';
import { type Operation, toConnectorError } from './failure.ts';
import type { Settings } from './settings.ts';

/**
 * Whatever the login may do, we ask for no more than reading; but IAM policies are given to no read-only scope.
 * @see https://cloud.google.com/storage/docs/json_api/v1/buckets/getIamPolicy
 */
const SCOPES = {
  reading: 'https://www.googleapis.com/auth/cloud-platform.read-only',
  policies: 'https://www.googleapis.com/auth/cloud-platform',
} as const;
type Scope = keyof typeof SCOPES;

/** Path under `/storage/v1`, and its query; values that are undefined are left out, lists are repeated. */
export interface Question {
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** What the login must be good for; reading when absent. */
  readonly scope?: Scope;
}

export interface Client {
  /** JSON, not yet looked at. @throws ConnectorError, or the signal's reason */
  json(operation: Operation, signal: AbortSignal, question: Question): Promise<unknown>;
  /** A body as it comes, once, for what is tried again from outside; with the answer's status. */
  body(
    operation: Operation,
    signal: AbortSignal,
    question: Question,
  ): Promise<{ body: Readable; status: number }>;
  /** The project of the settings or else of the login. @throws ConnectorError `auth` when none is known */
  project(signal: AbortSignal): Promise<string>;
  /** Who we are, as far as login and Google tell. */
  email(): Promise<string | undefined>;
  close(): void;
}

export function createClient(settings: Settings, environment: Environment): Client {
  const { endpoint, userProject } = settings;
  const storage = new Storage({
    authClient: authOf(settings, 'reading'),
    ...(endpoint === null ? {} : { apiEndpoint: endpoint }),
    ...(settings.project === undefined ? {} : { projectId: settings.project }),
  });
  const logins: Partial<Record<Scope, GoogleAuth>> = { reading: storage.authClient };
  // Not its baseUrl, which STORAGE_EMULATOR_HOST makes another one.
  const base = `${storage.apiEndpoint}/storage/v1`;
  const agent = agentFor(base, environment.concurrency);
  // The library goes through a proxy itself, by an agent of its own.
  const proxied = environment.env.HTTPS_PROXY !== undefined || environment.env.https_proxy !== undefined;
  const limit = pLimit(environment.concurrency);

  function send<T>(question: Question, signal: AbortSignal, responseType: 'json' | 'stream') {
    const { scope = 'reading' } = question;
    logins[scope] ??= authOf(settings, scope);
    const login = logins[scope];
    const once = () => sendOnce<T>(login, question, signal, responseType);
    return sendRenewing(once, isUnauthorised, () => renew(login));
  }

  /** A token that was handed over is all that there is. */
  async function renew(login: GoogleAuth): Promise<boolean> {
    if (settings.login.kind === 'token' || settings.login.kind === 'anonymous') return false;
    endToken(await login.getClient());
    return true;
  }

  function sendOnce<T>(
    login: GoogleAuth,
    question: Question,
    signal: AbortSignal,
    responseType: 'json' | 'stream',
  ) {
    return login.request<T>({
      url: `${base}${question.path}?${queryOf({ ...question.query, userProject })}`,
      responseType,
      signal,
      retry: false,
      // Bytes come as they are stored: digests and sizes are of those.
      ...(responseType === 'stream' ? { compress: false } : {}),
      ...(question.headers === undefined ? {} : { headers: question.headers }),
      ...(proxied ? {} : { agent }),
    });
  }

  function attempt<T>(operation: Operation, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    return limit(async () => {
      signal.throwIfAborted();
      try {
        return await work();
      } catch (error) {
        signal.throwIfAborted();
        throw toConnectorError(error, operation);
      }
    });
  }

  return {
    json: (operation, signal, question) =>
      environment.retry(
        () =>
          attempt(operation, signal, async () => {
            const { data, status } = await send<unknown>(question, signal, 'json');
            // What is not JSON comes as its text.
            if (typeof data === 'object' && data !== null) return data;
            throw Object.assign(new Error('not JSON'), { status });
          }),
        signal,
      ),
    body: (operation, signal, question) =>
      attempt(operation, signal, async () => {
        const { data, status } = await send<Readable>(question, signal, 'stream');
        return { body: data, status };
      }),
    project: (signal) => {
      const operation = { name: 'find the project', uri: 'gs://', permission: 'storage.buckets.list' };
      return attempt(operation, signal, () => storage.getProjectId());
    },
    email: () => emailOf(storage, settings),
    close: () => agent.destroy(),
  };
}

/** A service account knows its name; of a person's token Google tells whose it is, when it may. */
async function emailOf({ authClient }: Storage, { login, endpoint }: Settings): Promise<string | undefined> {
  if (login.kind === 'anonymous') return undefined;
  try {
    const named = login.kind === 'token' ? undefined : (await authClient.getCredentials()).client_email;
    // Another server's tokens are not Google's to know.
    if (named !== undefined || endpoint !== null) return named;
    const token = await authClient.getAccessToken();
    return token ? (await new OAuth2Client().getTokenInfo(token)).email : undefined;
  } catch {
    // That the login works is proved by listing; only its name stays unknown.
    return undefined;
  }
}

function authOf({ login, project }: Pick<Settings, 'login' | 'project'>, scope: Scope): GoogleAuth {
  const options = { scopes: [SCOPES[scope]], ...(project === undefined ? {} : { projectId: project }) };
  if (login.kind === 'anonymous') return new GoogleAuth({ ...options, authClient: new PassThroughClient() });
  if (login.kind === 'file') return new GoogleAuth({ ...options, keyFilename: login.path });
  if (login.kind === 'default') return new GoogleAuth(options);
  const authClient = new OAuth2Client();
  authClient.setCredentials({ access_token: login.token });
  return new GoogleAuth({ ...options, authClient });
}

function queryOf(query: NonNullable<Question['query']>): string {
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value])
      .filter((each) => each !== undefined)
      .map((each): [string, string] => [name, String(each)]),
  );
  return new URLSearchParams(pairs).toString();
}
