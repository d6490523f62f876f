/** Which keys give their values away: what is under them is told as it is written, or under them. */

/** True for keys whose value stays in the text beside its key, in tables too: not every name of a secret is a column's. */
export function isSecretive(key: string): boolean {
  return SECRETIVE.test(key);
}

const SECRETIVE =
  /pass|pwd|pw$|psk|pin$|secret|token|key|auth(?!or(?!i[sz]))|cred|cookie|sess|sid$|api|sas$|sig|salt|hook|conn|dsn|jdbc|cert|bearer|licen|recovery|backup|otp|mfa|seed|mnemonic|private|kennwort|contrase|senha|has[lł]o|wachtwoord|l[oö]senord/i;

/** What entries call their name and their value: `{"name": "DB_PASSWORD", "value": ...}`, `<add key="..." value="..."/>`. */
export const ENTRY_NAMES: ReadonlySet<string> = new Set(['name', 'key', 'Name', 'Key']);
export const ENTRY_VALUES: ReadonlySet<string> = new Set(['value', 'Value']);
const ENTRY_NAME = /^[A-Za-z_][\w.-]{1,60}$/;

/** What the value of an entry is called, where that is the name of a secret; else undefined. */
export function secretEntry(name: string): string | undefined {
  return ENTRY_NAME.test(name) && isSecretive(name) ? name : undefined;
}
