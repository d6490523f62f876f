/** Asks Graph: the SDK builds the requests; token, budget, limit, retry and errors are here, in one place. */

import type { IncomingMessage } from 'node:http';
import { type Context, ResponseType, Client as Sdk } from '@microsoft/microsoft-graph-client';
import pLimit from 'p-limit';
import type { Environment } from '../../src/connector.ts';
import { ConnectorError } from '../../src/errors.ts';
import { createBudget } from './budget.ts';
import { createCredential, type GetToken } from './credential.ts';
import { networkError, type Operation, type Refusal, refusalError, systemCode } from './failure.ts';
import type { Settings } from './settings.ts';
import { createTransport } from './transport.ts';
import { readErrorCode } from './wire.ts';

/** What a request costs in resource units. @see https://learn.microsoft.com/sharepoint/dev/general-development/how-to-avoid-getting-throttled-or-blocked-in-sharepoint-online */
export const COST = { item: 1, delta: 1, download: 1, list: 2, permissions: 5 } as const;

export interface Request extends Operation {
  /** Behind the endpoint and its version, with the query: `/drives/x/root/delta?$top=200`. */
  readonly path: string;
  readonly cost: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Default v1.0. */
  readonly version?: 'beta';
}

export interface Client {
  /** The answer's JSON; tried again as the source's retry says. @throws ConnectorError, or the signal's reason */
  json(request: Request, signal: AbortSignal): Promise<unknown>;
  /** The same once, for what is tried again from outside. */
  attempt(request: Request, signal: AbortSignal): Promise<unknown>;
  /** Where Graph sends who wants the content: an address that needs no token. Once. */
  redirect(request: Request, signal: AbortSignal): Promise<string>;
  /** Bytes from an address that Graph gave, without the token; status 200 or 206. Once. */
  download(url: string, request: Operation, options: DownloadOptions): Promise<IncomingMessage>;
  /** The token in use, for what it says about the app. */
  readonly token: GetToken;
  /** A page's link as `Request.path`. @throws ConnectorError `unsupported` for another server's: the token goes to Graph alone */
  relative(link: string): string;
  close(): void;
}

export interface DownloadOptions {
  readonly range: string | undefined;
  readonly signal: AbortSignal;
}

export async function createClient(settings: Settings, environment: Environment): Promise<Client> {
  const token = await createCredential(settings);
  const transport = createTransport(environment);
  const limit = pLimit(environment.concurrency);
  const budget = createBudget(settings.resourceUnits, environment.shared ?? new SharedArrayBuffer(8));
  const sdk = Sdk.initWithMiddleware({ baseUrl: `${settings.endpoint}/`, middleware: { execute } });

  /** The end of the SDK's chain: it takes fetch's place, whose connections cannot be closed. */
  async function execute(context: Context): Promise<void> {
    const signal = signalOf(context);
    // The SDK gives on what it was given by `send`: names and texts.
    const headers = (context.options?.headers ?? {}) as Record<string, string>;
    try {
      const answer = await transport.get(String(context.request), { headers, signal });
      const body = await answer.toArray();
      context.response = new Response(Buffer.concat(body), {
        status: answer.statusCode ?? 0,
        headers: headersOf(answer),
      });
    } catch (error) {
      // Of an error thrown here the SDK keeps the name alone.
      throw Object.assign(new Error('no answer'), { name: systemCode(error) });
    }
  }

  async function send(request: Request, signal: AbortSignal): Promise<Response> {
    const used = await token(signal);
    const response = await sendAs(used, request, signal);
    if (response.status !== 401) return response;
    // Graph may end a token before its time: then the app signs in once more.
    const other = await token(signal, used);
    return other === used ? response : sendAs(other, request, signal);
  }

  async function sendAs(used: string, request: Request, signal: AbortSignal): Promise<Response> {
    await budget.spend(request.cost, signal);
    const authorization = `Bearer ${used}`;
    return limit(async () => {
      signal.throwIfAborted();
      try {
        const call = sdk
          .api(request.path)
          .version(request.version ?? 'v1.0')
          .option('signal', signal);
        // RAW: the SDK throws away the headers of a refusal without a body, Retry-After among them.
        return await call
          .headers({ ...request.headers, authorization })
          .responseType(ResponseType.RAW)
          .get();
      } catch (error) {
        signal.throwIfAborted();
        throw networkError(error, request);
      }
    });
  }

  async function attempt(request: Request, signal: AbortSignal): Promise<unknown> {
    const response = await send(request, signal);
    if (!response.ok) throw refusalError(await refusalOf(response), request);
    try {
      return await response.json();
    } catch (error) {
      throw networkError(error, request);
    }
  }

  return {
    token,
    attempt,
    json: (request, signal) => environment.retry(() => attempt(request, signal), signal),
    async redirect(request, signal) {
      const response = await send(request, signal);
      const location = response.headers.get('location');
      if (response.status === 302 && location !== null) return location;
      throw refusalError(await refusalOf(response), request);
    },
    async download(url, operation, { range, signal }) {
      if (!mayDownload(url, settings.endpoint)) {
        throw new ConnectorError(
          'unsupported',
          `${operation.name} ${operation.target}: its address is not encrypted`,
        );
      }
      await budget.spend(COST.download, signal);
      return limit(async () => {
        try {
          const headers = range === undefined ? {} : { range };
          const answer = await transport.get(url, { headers, signal });
          if (answer.statusCode === 200 || answer.statusCode === 206) return answer;
          answer.resume();
          const { statusCode: status = 0 } = answer;
          throw refusalError({ status, code: undefined, headers: headersOf(answer) }, operation);
        } catch (error) {
          signal.throwIfAborted();
          throw networkError(error, operation);
        }
      });
    },
    relative(link) {
      const prefix = `${settings.endpoint}/`;
      const path = link.startsWith(prefix) ? link.slice(prefix.length) : '';
      const version = /^(?:v1\.0|beta)(?=\/)/.exec(path)?.[0];
      if (version !== undefined) return path.slice(version.length);
      throw new ConnectorError('unsupported', 'Graph gave a link that leads elsewhere; it is not followed');
    },
    close: () => transport.close(),
  };
}

function signalOf(context: Context): AbortSignal {
  const signal = context.options?.signal;
  // Every request here is sent with one.
  if (!(signal instanceof AbortSignal)) throw new Error('a request without a signal');
  return signal;
}

function headersOf({ rawHeaders }: IncomingMessage): Headers {
  const headers = new Headers();
  for (let index = 0; index < rawHeaders.length; index += 2) {
    headers.append(rawHeaders[index] ?? '', rawHeaders[index + 1] ?? '');
  }
  return headers;
}

async function refusalOf(response: Response): Promise<Refusal> {
  return { status: response.status, code: readErrorCode(await response.text()), headers: response.headers };
}

/** Addresses without a token are secrets themselves: encrypted, unless Graph itself is on this machine. */
function mayDownload(url: string, endpoint: string): boolean {
  return URL.canParse(url) && (url.startsWith('https://') || endpoint.startsWith('http://'));
}
