/** Gets tokens for Graph: from Entra ID for the app, or the one that was handed over. */
import type { TokenCredential } from '@azure/identity';
import { ConnectorError } from '../../src/errors.ts';
import type { Settings } from './settings.ts';

/**
 * A token for Graph, fresh or kept; never `refused`, which Graph no longer takes, where there is another one to be had.
 * @throws ConnectorError `auth` or `transient`, or the signal's reason
 */
export type GetToken = (signal: AbortSignal, refused?: string) => Promise<string>;

/** Asks for no token yet. */
export async function createCredential(settings: Settings): Promise<GetToken> {
  const { login } = settings;
  if (login.by === 'token') return async () => login.token;
  let credential = await appCredential(settings);
  let kept: string | undefined;
  const scope = `${settings.endpoint}/.default`;
  return async (signal, refused) => {
    try {
      if (refused !== undefined && refused === kept) {
        kept = undefined;
        // The library keeps a token until it ends by the clock; a new one of it has none.
        credential = await appCredential(settings);
      }
      const token = await credential.getToken(scope, { abortSignal: signal });
      if (token === null) throw new Error('no token');
      kept = token.token;
      return token.token;
    } catch (error) {
      signal.throwIfAborted();
      throw signInError(error, settings);
    }
  };
}

/** Loads the library only here: a source with a token of its own does without. */
async function appCredential({ login, authority }: Settings): Promise<TokenCredential> {
  const { ClientCertificateCredential, ClientSecretCredential } = await import('@azure/identity');
  const options = {
    authorityHost: authority,
    // The addresses are Microsoft's own, or what the configuration says: nothing to be discovered.
    disableInstanceDiscovery: true,
    // The connector's own retry is the only one.
    retryOptions: { maxRetries: 0 },
  };
  if (login.by === 'certificate') {
    return new ClientCertificateCredential(login.tenant, login.clientId, login.path, options);
  }
  if (login.by === 'secret') {
    return new ClientSecretCredential(login.tenant, login.clientId, login.secret, options);
  }
  throw new Error('a token needs no credential');
}

/** AADSTS codes that say what is wrong. @see https://learn.microsoft.com/entra/identity-platform/reference-error-codes */
const ADVICE: Readonly<Record<string, string>> = {
  '90002': 'there is no such tenant; check tenant',
  '700016': 'the tenant does not know this app; check clientId and tenant',
  '7000215': 'the secret is wrong: give its value, not its id',
  '7000222': 'the secret has expired; make a new one',
  '700027': 'the certificate is not the one that was uploaded to the app, or it has expired',
};

/** What errors of @azure/identity, its MSAL and the network may carry, and their causes too; none of it is sure to be there. */
interface SignInError {
  readonly name?: unknown;
  readonly code?: unknown;
  /** MSAL's word for it. */
  readonly errorCode?: unknown;
  /** The number in AADSTS. */
  readonly errorNo?: unknown;
  readonly status?: unknown;
  readonly statusCode?: unknown;
  readonly cause?: unknown;
}

/** Never Entra's own text, which repeats what was sent: its codes only. */
function signInError(error: unknown, { login, authority }: Settings): ConnectorError {
  const where = `sign-in at ${authority}/${login.by === 'token' ? '' : login.tenant}`;
  const causes = chain(error);
  const first = (field: keyof SignInError) =>
    causes.map((one) => one[field]).find((value) => typeof value === 'string' || typeof value === 'number');
  const number = first('errorNo');
  if (number !== undefined) {
    const advice = ADVICE[String(number)] ?? 'check tenant, clientId and the secret or certificate';
    return new ConnectorError('auth', `${where}: AADSTS${number}; ${advice}`);
  }
  const code = String(first('code') ?? first('errorCode') ?? first('name'));
  if (code === 'ENOENT') {
    return new ConnectorError('config', `${where}: there is no certificate file; check certificate`);
  }
  const status = Number(first('status') ?? first('statusCode') ?? 0);
  if (status === 429) return new ConnectorError('throttled', `${where}: HTTP 429; try again later`);
  const away =
    status >= 500 || /^E[A-Z_]+$|network|endpoints_resolution|openid_config|CredentialUnavailable/.test(code);
  if (away) return new ConnectorError('transient', `${where}: ${code}; try again later`);
  const message = `${where}: ${code}; check tenant, clientId and the secret or certificate`;
  return new ConnectorError('auth', message);
}

function chain(error: unknown): readonly SignInError[] {
  if (typeof error !== 'object' || error === null) return [];
  // Any object can be looked at through optional fields of unknown content.
  const one = error as SignInError;
  return [one, ...chain(one.cause === error ? undefined : one.cause)];
}
