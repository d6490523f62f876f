/** Takes credentials out of whatever is about to be logged or printed: the ones we know, and what looks like one. */

const MASK = '[redacted]';
/** Names of environment variables that hold secrets. */
const SECRET_NAME = /(?:TOKEN|SECRET|PASSWORD|PASSWD|API_?KEY|ACCESS_?KEY|PRIVATE_?KEY|CREDENTIAL|SESSION)/i;
/** Shorter values are words such as `true` or `local`, not secrets. */
const SHORTEST = 8;

/** Each keeps what stands before the credential, so that the message still makes sense. */
const PATTERNS: readonly (readonly [RegExp, string])[] = [
  [/(\b[a-z][a-z0-9+.-]*:\/\/)[^\s/@:]*:[^\s/@]*@/gi, `$1${MASK}@`],
  [
    /(\b(?:authorization|x-amz-security-token|cookie|set-cookie)["']?\s*[:=]\s*["']?)[^\r\n"']+/gi,
    `$1${MASK}`,
  ],
  [/(\b(?:bearer|basic|token)\s+)[\w.~+/=-]{8,}/gi, `$1${MASK}`],
  [
    /([?&](?:token|access_token|api_key|key|sig|signature|x-amz-signature|x-amz-credential)=)[^&\s"']+/gi,
    `$1${MASK}`,
  ],
  [/\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g, MASK],
];

/** Text in, text without credentials out. */
export type Redactor = (text: string) => string;

/** A redactor that knows the environment's secrets, by the variables' names, and `secrets` beside them. */
export function createRedactor(
  env: Readonly<Record<string, string | undefined>>,
  secrets: readonly string[] = [],
): Redactor {
  const fromEnv = Object.entries(env).flatMap(([name, value]) =>
    value !== undefined && SECRET_NAME.test(name) ? [value] : [],
  );
  const known = [...new Set([...fromEnv, ...secrets])]
    .filter((value) => value.length >= SHORTEST)
    .sort((a, b) => b.length - a.length);
  return (text) => {
    let redacted = text;
    for (const value of known) redacted = redacted.replaceAll(value, MASK);
    for (const [pattern, replacement] of PATTERNS) redacted = redacted.replace(pattern, replacement);
    return redacted;
  };
}

/** One JSON line with the credentials taken out of its strings; ends in a line end. */
export function jsonLine(value: unknown, redact: Redactor): string {
  return `${JSON.stringify(value, (_key, part: unknown) => (typeof part === 'string' ? redact(part) : part))}\n`;
}
