/** Which keys give their values away: what is under them is told as it is written, or under them. */

/** True for keys whose value stays in the text beside its key, in tables too: not every name of a secret is a column's. */
export function isSecretive(key: string): boolean {
  return SECRETIVE.test(key);
}

const SECRETIVE =
  /pass|pwd|pw$|psk|pin$|secret|token|key|auth(?!or(?!i[sz]))|cred|cookie|sess|sid$|api|sas$|sig|salt|hook|conn|dsn|jdbc|cert|bearer|licen|recovery|backup|otp|mfa|seed|mnemonic|private|kennwort|contrase|senha|has[lł]o|wachtwoord|l[oö]senord/i;
