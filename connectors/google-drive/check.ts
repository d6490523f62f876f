/** Proves that the credentials work, and says for `doctor` who we are, which scopes we have, lack, and have too much of. */
import pLimit from 'p-limit';
import type { Identity } from '../../src/connector.ts';
import { ConnectorError } from '../../src/errors.ts';
import type { Session } from './client.ts';
import { SCOPE, type Settings } from './settings.ts';

const USERS_AT_ONCE = 8;

/** @throws ConnectorError `auth` or `config` when nobody we act as is let in */
export async function checkAccess(
  settings: Settings,
  sessions: readonly Session[],
  signal: AbortSignal,
): Promise<Identity> {
  const limit = pLimit(USERS_AT_ONCE);
  const results = await Promise.all(sessions.map((session) => limit(() => failureOf(session, signal))));
  const failures = results.filter((failure) => failure !== undefined);
  const working = sessions.find((_, index) => results[index] === undefined);
  const [first] = failures;
  if (working === undefined)
    throw first ?? new ConnectorError('config', 'google-drive: there is nobody to act as');
  const address = await working.address(signal);
  const notes = failures.map(({ message }) => message);
  notes.push(...scopeNotes(settings, await working.scopes(signal)));
  const principal =
    settings.key.type === 'service_account' && settings.subjects.length > 0
      ? `${settings.key.client_email} as ${peopleOf(settings.subjects)}`
      : address;
  return { principal, account: address.slice(address.lastIndexOf('@') + 1), notes };
}

function peopleOf(subjects: readonly string[]): string {
  const [first = '', ...others] = subjects;
  return others.length === 0 ? first : `${first} and ${others.length} more`;
}

/** Why this user does not let us in; undefined when we may list. */
async function failureOf(session: Session, signal: AbortSignal): Promise<ConnectorError | undefined> {
  const target = `the drive of ${session.subject ?? 'the signed-in user'}`;
  try {
    await session.request({ name: 'files.list', target }, signal, (api, options) =>
      api.files.list({ pageSize: 1, fields: 'files(id)' }, options),
    );
    return undefined;
  } catch (error) {
    if (error instanceof ConnectorError) return error;
    throw error;
  }
}

const READ: readonly string[] = [SCOPE.content, SCOPE.metadata, SCOPE.labels];
/** Scopes that say who is signed in, and nothing of any file. */
const HARMLESS = /^(?:openid|(?:https:\/\/www\.googleapis\.com\/auth\/userinfo\.)?(?:email|profile))$/;
/** Lets us read, and write as well. */
const EVERYTHING = 'https://www.googleapis.com/auth/drive';

function scopeNotes(settings: Settings, scopes: readonly string[]): readonly string[] {
  const has = (scope: string) => scopes.includes(scope) || scopes.includes(EVERYTHING);
  const missing = settings.scopes.filter((scope) => {
    if (scope === SCOPE.metadata) return !has(SCOPE.metadata) && !has(SCOPE.content);
    return !has(scope) && !(scope === SCOPE.labels && scopes.includes(`${EVERYTHING}.labels`));
  });
  const excess = scopes.filter((scope) => !READ.includes(scope) && !HARMLESS.test(scope));
  return [
    ...missing.map((scope) => `the scope ${scope} is missing; ${WITHOUT[scope] ?? 'it was asked for'}`),
    ...excess.map((scope) => `the scope ${scope} is more than is needed; nothing but reads is ever sent`),
  ];
}

const WITHOUT: Readonly<Record<string, string>> = {
  [SCOPE.content]: 'files are listed and not read',
  [SCOPE.labels]: 'Drive labels are not known',
};
