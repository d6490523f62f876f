/** Validators that kept libraries implement, loaded at their first use: most scans need few of them, and no `--help` any. */
import { createRequire } from 'node:module';
import type { Validator } from '../rule.ts';
import { compact } from './checksum.ts';

const load = createRequire(import.meta.url);

/** What each module of `stdnum` exports, as far as we use it. */
interface StandardNumber {
  validate(value: string): { readonly isValid: boolean };
}

/** A validator of `stdnum` (python-stdnum's schemes in TypeScript) by its path: `nl/bsn`. */
export function standardNumber(path: string): Validator {
  // The deep path has no type of its own; the shape above is what every module has.
  const library = once(() => load(`stdnum/lib/cjs/${path}.js`) as StandardNumber);
  return (value) => {
    // Some take the digits of any script for what Number makes of them.
    if (OTHER_DIGIT.test(value)) return false;
    const module = library();
    const plain = compact(value);
    if (ONE_DIGIT.test(plain)) return false;
    try {
      return withoutStacks(
        () => module.validate(value).isValid || (plain !== value && module.validate(plain).isValid),
      );
    } catch {
      // A few schemes throw on input far from their shape instead of refusing it; that is a refusal too.
      return false;
    }
  };
}

/** Passes many a check digit and is given to nobody. */
const ONE_DIGIT = /^(\d)\1+$/;
const OTHER_DIGIT = /(?![0-9])\p{Nd}/u;

/** The value that `make` gives at the first call: a look-up in Node's cache of modules takes as long as many a check. */
function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

/** The same answers, of which so many are kept at a time. */
function remembered(most: number, judge: Validator): Validator {
  const known = new Map<string, boolean>();
  return (value) => {
    let answer = known.get(value);
    if (answer === undefined) {
      answer = judge(value);
      if (known.size >= most) known.clear();
      known.set(value, answer);
    }
    return answer;
  };
}

/** These libraries make an error for every refusal, which nobody sees, and four fifths of their time went into its stack. */
function withoutStacks<T>(work: () => T): T {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  try {
    return work();
  } finally {
    Error.stackTraceLimit = limit;
  }
}

const accounts = once(() => load('ibantools') as typeof import('ibantools'));

/** IBAN by the SWIFT registry: country, length, structure, mod 97 and the national check digits where `ibantools` knows them. */
export function iban(value: string): boolean {
  const { isValidIBAN } = accounts();
  const electronic = value.replace(/[\s-]/g, '').toUpperCase();
  // Every account digit zero passes mod 97 and is a template.
  return !/^[A-Z]{2}\d\d[A-Z]{0,4}0*$/.test(electronic) && isValidIBAN(electronic);
}

/** BIC (ISO 9362) by shape and country. */
export function bic(value: string): boolean {
  return accounts().isValidBIC(value.toUpperCase());
}

const tldts = once(() => load('tldts') as typeof import('tldts'));

/** An e-mail address under a public top-level domain (Public Suffix List), not one that only examples and tests use. */
export function email(value: string): boolean {
  const at = value.lastIndexOf('@');
  const local = value.slice(0, at);
  if (at < 1 || local.length > 64 || /^\.|\.\.|\.$/.test(local)) return false;
  return isPublicHost(value.slice(at + 1));
}

/** Most addresses of a file are under a few hosts. */
const isPublicHost = remembered(1024, (host) => {
  const { domain, isIcann, isIp } = tldts().parse(host, { validateHostname: true });
  return domain !== null && isIcann === true && isIp !== true;
});

const telephony = once(() => load('libphonenumber-js/min') as typeof import('libphonenumber-js/min'));

/** A telephone number of a real numbering plan: international with `+` or `00`, otherwise as dialled in North America. */
export function phone(value: string): boolean {
  const { parsePhoneNumberFromString } = telephony();
  const trimmed = value.trim().replace(/^00(?=[1-9])/, '+');
  return parsePhoneNumberFromString(trimmed, 'US')?.isValid() ?? false;
}
