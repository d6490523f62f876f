/** What tells a credential from a placeholder: entropy, embedded checksums, and the ways people write "put yours here". */
import { crc32 } from 'node:zlib';

/** Words that stand in examples, templates and documentation where a credential would be. */
const PLACEHOLDER_WORD =
  /example|sample|dummy|placeholder|change[-_ ]?(?:me|this|it)|your[-_ ]?|xxxx|redacted|masked|insert|replace|todo|fixme|foobar|removed|lorem|fake|random[-_ ]?char|deadbeef|(?:^|[^a-z])(?:none|null|undefined|nil|empty|test|testing|secret|password|passwd|token|apikey|api[-_]key)$/i;

/** Variables, templates, paths, calls and types: the value is somewhere else. */
const REFERENCE =
  /^[<$%@&[{(#\\]|[>})\]]$|\$[{(]|(?<![A-Za-z0-9])\$[A-Za-z]|\{\{|%\(\w+\)[sd]|%[sd](?!\w)|%[A-Za-z_]\w*%|\(.*\)|^(?:process|os|env|self|this|config|settings|secrets|vault|var|data|module|request|req|args|options|params|props|kwargs|ssm|arn|urn|file|https?|ref|op)[.:[/]|^[./~]/i;

/** What interfaces call a password, and what they say beside it: labels of forms and of their translations, and messages. */
const LABEL =
  /^(?:passwort|kennwort|contrase(?:ñ|n)a|senha|wachtwoord|has(?:ł|l)o|heslo|l(?:ö|o)senord|adgangskode|passord|salasana|parol[aăe]?|parool|jelsz(?:ó|o)|(?:ş|s)ifre|geslo|lozinka|kodeord|pasahitza|contrasenya|palavra-passe|private|public|confirm(?:ed|ation)?|enter|reset|changed?|forgot(?:ten)?|show|hide|submit|invalid|incorrect|wrong|weak|strong|new|old|current|repeat|again|missing|users|credentials|protected|unprotected)[:!?.]*$/i;

/** Parts of regular expressions. */
const EXPRESSION = /\.\*|\[\^|\(\?|\\[sdwSDW]/;

/** The beginnings of certificates and public keys in base64, which are no secrets. */
const PUBLIC_PEM = /LS0tLS1CRUdJTiBDRVJUSUZJQ0FUR|LS0tLS1CRUdJTiBQVUJMSUMg/;

/** Words joined by hyphens, underscores or full stops, as names are: `client-app-secret-2`. */
const NAME =
  /^(?:[A-Z]?[a-z]{2,}|\d?[A-Z]{2,})\d{0,2}(?:[-_.](?:[A-Z]?[a-z]{2,}|\d?[A-Z]{2,})\d{0,2})+(?:[-_.]?\d{1,3})?$/;

/** Names of hosts: `4f2a9c.kite.example.com`. */
const HOST =
  /^(?:[a-z0-9][a-z0-9-]*\.)+(?:com|net|org|io|dev|app|cloud|info|local|internal|lan|test|example|invalid|[a-z]{2})$/;

/** Keys that stand in web pages, as Stripe and others call them. */
const PUBLISHABLE = /^pk_(?:live|test)_/;

/** Words of sentences about passphrases, which phrases drawn from a list seldom hold and sentences always. */
const SENTENCE =
  /\b(?:a|an|and|any|as|at|be|by|can|do|enter|file|for|from|has|if|in|is|it|its|key|may|must|no|not|of|on|optional|or|pass|passphrase|password|phrase|please|required|secret|should|string|that|the|this|to|use|used|value|when|which|will|with|word|words|you|your)\b|correct.horse.battery/;

/** Keys that emulators of Azure Storage and Cosmos DB publish for development; they open nothing else. */
const PUBLISHED = [
  'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==',
  'C2y6yDjf5/R+ob0N8A7Cgv30VRDJIWEHLM+4QDU5DE2nQ9nDuVTqobD4b8mGGyPMbIZnqyMsEcaGQy67XIw/Jw==',
];

/** False for placeholders and fillers: `EXAMPLE`, `xxxx`, `changeme`, `${VAR}`, `<your-key>`, `1234567890`, `aaaaaa`. */
export function notPlaceholder(value: string): boolean {
  if (
    PLACEHOLDER_WORD.test(value) ||
    /abcdefgh|ABCDEFGH|abc123def/.test(value) ||
    /[<>*…]|\$\{|\{\{|\.\.\./.test(value) ||
    PUBLIC_PEM.test(value) ||
    /123e4567-?e89b-?12d3/.test(value) ||
    PUBLISHED.some((key) => value.includes(key))
  )
    return false;
  const body = value.replace(/^[A-Za-z]{1,12}[-_]/, '');
  if (hasRun(body) || isInterleaved(body)) return false;
  return new Set(body).size >= Math.min(6, Math.ceil(body.length / 3));
}

/** True for a value that looks drawn at random: no placeholder, letters and digits, at least 3 bits per character (2.8 for hex). */
export function random(value: string): boolean {
  if (!notPlaceholder(value) || !/\d/.test(value) || !/[A-Za-z]/.test(value) || NAME.test(value))
    return false;
  if (HOST.test(value) || PUBLISHABLE.test(value)) return false;
  return entropy(value) >= (/^[0-9a-f-]+$/i.test(value) ? 2.8 : 3.2);
}

/** A key without a known form: looks drawn at random, and holds both cases and digits, one case mixed with digits throughout, or 32 and more hexadecimal digits. */
export function randomKey(value: string): boolean {
  if (/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(value)) return false;
  const mixed = /[a-z].*[A-Z]|[A-Z].*[a-z]/.test(value) && (value.match(/\d/g) ?? []).length >= 3;
  if (!mixed && !/^[0-9a-f]{32,}$/.test(value) && !throughout(value)) return false;
  return random(value) && entropy(value) >= (mixed ? 3.7 : 3.2);
}

/** Twenty-four and more letters of one case among which digits stand everywhere, as no word with a date or version behind it has them. */
function throughout(value: string): boolean {
  if (!/^(?:[a-z0-9]{24,}|[A-Z0-9]{24,})$/.test(value) || /^[0-9a-fA-F]+$/.test(value)) return false;
  const changes = value.match(/\d(?!\d|$)|[A-Za-z](?=\d)/g) ?? [];
  return changes.length >= 7 && !/\d{6}|[A-Za-z]{16}/.test(value) && entropy(value) >= 3.6;
}

/** Four and more words in small letters that stand for themselves, none twice, and none of a sentence about passphrases. */
export function passphrase(value: string): boolean {
  const words = value.split(/[ -]/);
  if (words.length < 4 || !words.every((word) => /^[a-z]{3,12}$/.test(word))) return false;
  return new Set(words).size === words.length && !SENTENCE.test(value);
}

/** A password that someone could be using: no reference, no placeholder, no plain word of a programming language. */
export function password(value: string): boolean {
  if (/\b(?:required|nullable|(?:min|max):\d)/.test(value)) return false;
  if (value.length < 4 || REFERENCE.test(value) || PLACEHOLDER_WORD.test(value)) return false;
  if (LABEL.test(value) || EXPRESSION.test(value) || isPhrase(value)) return false;
  if (
    /^(?:true|false|yes|no|on|off|none|null|required|optional|string|str|int|bool|number|text|bytes|object|any|prompt|disabled|enabled)$/i.test(
      value,
    )
  ) {
    return false;
  }
  if (/^(.)\1*$/.test(value) || /^[*•.xX_-]+$/.test(value)) return false;
  // What stands in examples, what frameworks make of it, versions of packages so named, and emphasis.
  if (/^(?:(?:my)?pass|mysecret|hashed|encrypted)$|^[~^]?\d+\.\d+\.\d+|^\*.*\*\.?$/i.test(value))
    return false;
  // `user.password`, `getPassword`, `PASSWORD_FIELD`, `string | undefined`: code, not a value.
  if (/^[A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*)+$/.test(value) && !/\d/.test(value)) return false;
  if (/^[A-Z][A-Z_]+$/.test(value) || /pass(?:word|wd)/i.test(value)) return false;
  // `Kodeord`, `R7.default`: a word of an interface, a member in minified code.
  if (/^\p{Lu}\p{Ll}+(?:-\p{L}+)?$|^[A-Za-z_$]\w{0,2}\.[A-Za-z]{3,}$/u.test(value)) return false;
  return !/^[a-z]+(?:[A-Z][a-z]+)+$/.test(value);
}

/** Words with spaces between, as labels and messages are, or a word of a script without digits: `Mot de passe`, `at least 8 signs`. */
function isPhrase(value: string): boolean {
  if (/^\s/.test(value)) return true;
  if (/[^\0-\x7f]/.test(value) && !/[\d!#$%&*+=@^~]/.test(value)) return true;
  const words = value.trim().split(/\s+/);
  const plain = words.every((word) => /^(?:[\p{L}'’(),.:;!?"/-]+|\d+)$/u.test(word));
  return plain && words.length >= (/\d/.test(value) ? 3 : 2);
}

/** Bits per character (Shannon). */
export function entropy(value: string): number {
  const counts = new Map<string, number>();
  for (const character of value) counts.set(character, (counts.get(character) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / value.length) * Math.log2(count / value.length);
  return bits;
}

/**
 * GitHub and npm tokens: the last six characters are the CRC32 of the rest after the prefix, in base 62. Those of Cloudflare: the
 * last eight are it in hexadecimal digits (https://developers.cloudflare.com/fundamentals/api/get-started/token-formats/).
 */
export function crcToken(value: string): boolean {
  const cloudflare = /^cf[a-z]{1,2}_([0-9A-Za-z]{40})([0-9a-f]{8})$/.exec(value);
  if (cloudflare)
    return (
      crc32(cloudflare[1] ?? '')
        .toString(16)
        .padStart(8, '0') === cloudflare[2]
    );
  const match = /^[A-Za-z]{2,4}_([0-9A-Za-z]{30})([0-9A-Za-z]{6})$/.exec(value);
  return match !== null && base62(crc32(match[1] ?? '')).padStart(6, '0') === match[2];
}

function base62(number: number): string {
  const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
  let rest = number;
  let text = '';
  do {
    text = `${alphabet[rest % 62]}${text}`;
    rest = Math.floor(rest / 62);
  } while (rest > 0);
  return text;
}

/**
 * A JSON Web Token: its header is JSON with an algorithm, its payload is JSON with something in it, and not what jwt.io, RFC 7515
 * and libraries' own tests say: subject 1234567890, issuer joe, or foo and bar.
 */
export function jwt(value: string): boolean {
  const [header, payload] = value.split('.');
  const first = decodeObject(header);
  const second = decodeObject(payload);
  if (first === undefined || !('alg' in first) || second === undefined) return false;
  const published = second.sub === '1234567890' || second.iss === 'joe' || second.foo === 'bar';
  return Object.keys(second).length > 0 && !published;
}

/** Base64 of `user:password`, as headers and registries send it, with a password that someone could be using; or another token. */
export function encodedLogin(value: string): boolean {
  const text = Buffer.from(value, 'base64').toString('latin1');
  const login = /^[\x20-\x39\x3b-\x7e]{1,64}:(?<secret>[\x20-\x7e]{1,200})$/.exec(text)?.groups?.secret;
  return login === undefined ? password(value) && notPlaceholder(value) : password(login);
}

/** A key made for a framework with signs among its letters and digits, as Django and WordPress make them. */
export function randomText(value: string): boolean {
  if (/\s|\$\{|\{\{/.test(value) || PLACEHOLDER_WORD.test(value.replace(/^django-insecure-/, '')))
    return false;
  const signs = value.match(/[^\w./+=:~-]/g) ?? [];
  return signs.length >= 2 && /\d/.test(value) && /[A-Za-z]/.test(value) && entropy(value) >= 3.6;
}

function decodeObject(part: string | undefined): Readonly<Record<string, unknown>> | undefined {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(part ?? '', 'base64url').toString('utf8'));
    // Any object may be asked for any key.
    return typeof parsed === 'object' && parsed !== null ? (parsed as Record<string, unknown>) : undefined;
  } catch {
    // Not JSON means not a token: that is the answer, not a failure.
    return undefined;
  }
}

/** Eight or more of one character (five for fillers), or six that count up, in a row. */
function hasRun(text: string): boolean {
  return /(.)\1{7}|([xX0*.#])\2{4}/.test(text) || countsUp(text);
}

/** The alphabet with digits or spaces between, as people write examples: `a1b2c3d4e5f6`, `ab12cd34ef56`. */
function isInterleaved(text: string): boolean {
  return (text.match(/[\d ]/g) ?? []).length >= 3 && countsUp(text.replace(/[^A-Za-z]/g, '').toLowerCase());
}

/** Six that count up, in a row. */
function countsUp(text: string): boolean {
  let up = 1;
  for (let index = 1; index < text.length; index++) {
    up = text.charCodeAt(index) === text.charCodeAt(index - 1) + 1 ? up + 1 : 1;
    if (up >= 6) return true;
  }
  return false;
}
