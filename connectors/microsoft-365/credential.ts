/** Gets tokens for Graph: from Entra ID for the app, or the one that was handed over. */
import type { TokenCredential } from '@azure/identity';
import { ConnectorError } from '../../src/errors.ts';
import type { Settings } from './settings.ts';

/** A token for Graph, fresh or kept. @throws ConnectorError `auth` or `transient`, or the signal's reason */
export type GetToken = (signal: AbortSignal) => Promise<string>;

/** Asks for no token yet. */
export async function createCredential(settings: Settings): Promise<GetToken> {
  const { login } = settings;
  if (login.by === 'token') return async () => login.token;
  const credential = await appCredential(settings);
  const scope = `${settings.endpoint}/.default`;
  return async (signal) => {
    try {
      const token = await credential.getToken(scope, { abortSignal: signal });
      if (token === null) throw new Error('no token');
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

/** What @azure/identity's errors may carry; none of it is sure to be there. */
interface IdentityError {
  readonly name?: unknown;
  readonly code?: unknown;
  readonly statusCode?: unknown;
  readonly errorResponse?: { readonly error?: unknown; readonly errorCodes?: readonly unknown[] };
}

/** AADSTS codes that say what is wrong. @see https://learn.microsoft.com/entra/identity-platform/reference-error-codes */
const ADVICE: Readonly<Record<string, string>> = {
  '90002': 'there is no such tenant; check tenant',
  '700016': 'the tenant does not know this app; check clientId and tenant',
  '7000215': 'the secret is wrong: give its value, not its id',
  '7000222': 'the secret has expired; make a new one',
  '700027': 'the certificate is not the one that was uploaded to the app, or it has expired',
};

/** Never Entra's own text, which repeats what was sent: its codes only. */
function signInError(error: unknown, { login, authority }: Settings): ConnectorError {
  // Any object can be looked at through optional fields of unknown content.
  const { name, code, statusCode, errorResponse } = Object(error) as IdentityError;
  const tenant = login.by === 'token' ? '' : login.tenant;
  const where = `sign-in at ${authority}/${tenant}`;
  const aadsts = (errorResponse?.errorCodes ?? []).map(String);
  const known = aadsts.map((one) => ADVICE[one]).find((advice) => advice !== undefined);
  const said =
    aadsts.length > 0 ? `AADSTS${aadsts.join(', ')}` : String(errorResponse?.error ?? code ?? name);
  const away = typeof statusCode === 'number' && statusCode >= 500;
  if (away || (typeof code === 'string' && /^E[A-Z_]+$/.test(code) && code !== 'ENOENT')) {
    return new ConnectorError('transient', `${where}: ${said}; try again later`);
  }
  if (code === 'ENOENT')
    return new ConnectorError('config', `${where}: there is no certificate file; check certificate`);
  return new ConnectorError(
    'auth',
    `${where}: ${said}; ${known ?? 'check tenant, clientId and the secret or certificate'}`,
  );
}
