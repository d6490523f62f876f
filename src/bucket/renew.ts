/** Logins that end under way: libraries renew them by the clock; here is what happens when a provider ends one before its time. */

/** Sends; when the login is no longer taken, gets another one and sends once more. `renew` is false where there is none to be had. */
export async function sendRenewing<T>(
  send: () => Promise<T>,
  isRefused: (error: unknown) => boolean,
  renew: () => Promise<boolean>,
): Promise<T> {
  try {
    return await send();
  } catch (error) {
    if (!isRefused(error) || !(await renew())) throw error;
    return send();
  }
}

/** Of Google's login clients, what they know of their token. */
interface GoogleLogin<C extends { expiry_date?: number | null }> {
  readonly credentials: C;
  setCredentials(credentials: C): void;
}

/** As if the token had ended by the clock: the library gets another one before the next request, one for all that wait. */
export function endToken<C extends { expiry_date?: number | null }>(login: GoogleLogin<C>): void {
  login.setCredentials({ ...login.credentials, expiry_date: 1 });
}

/** Whether Google's libraries were answered 401. */
export function isUnauthorised(error: unknown): boolean {
  // Any object can be looked at through optional fields of unknown content.
  const { response } = Object(error) as { readonly response?: { readonly status?: unknown } };
  return response?.status === 401;
}
