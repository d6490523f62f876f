/** Rules of every shape, for the engine's own tests; the real packs are tested by their examples. */
import type { Rule, Validator } from '../../src/rule.ts';

type Part = Pick<Rule, 'id' | 'kind'> & Partial<Rule>;

/** A rule with everything that its test does not care about filled in. */
export function rule(part: Part): Rule {
  return {
    title: part.id,
    family: 'identity',
    level: 'confidential',
    regulations: [],
    description: '',
    references: [],
    matches: [],
    misses: [],
    ...part,
  };
}

export const VALIDATORS: Readonly<Record<string, Validator>> = {
  luhn,
  'not-nine': (value) => !value.startsWith('9'),
  'not-q': (value) => !value.startsWith('Q'),
};

/** Leading runs, long counts, alternatives, look-around, non-ASCII, back references, several patterns, no anchor at all. */
export const RULES: readonly Rule[] = [
  rule({
    id: 'email',
    kind: 'email',
    text: {
      patterns: [
        {
          regex: String.raw`(?<![\w.+-])[\w.+-]{1,64}@(?:[a-z\d-]{1,63}\.){1,4}[a-z]{2,12}(?![\w-])`,
          bare: 'medium',
          context: 'high',
        },
      ],
      context: ['email', 'mail'],
      negative: ['example'],
    },
    column: { headers: ['email', '~mail'], cells: String.raw`[^\s@]{1,64}@[^\s@]{1,64}`, confidence: 'high' },
  }),
  rule({
    id: 'us-ssn',
    kind: 'us-ssn',
    text: {
      patterns: [
        {
          regex: String.raw`(?<![\w.-])(?!000)\d{3}([- ])(?!00)\d{2}\1\d{4}(?![\w-])`,
          bare: 'medium',
          context: 'high',
        },
        { regex: String.raw`(?<![\w.-])\d{9}(?![\w-])`, context: 'medium' },
      ],
      validate: 'not-nine',
      context: ['ssn', 'social security'],
      deny: ['078-05-1120'],
    },
    column: {
      headers: ['ssn', 'social security number'],
      cells: String.raw`\d{3}-?\d{2}-?\d{4}`,
      minDistinct: 2,
    },
  }),
  rule({
    id: 'card',
    kind: 'credit-card',
    text: {
      patterns: [{ regex: String.raw`(?:\d[ -]?){12,18}\d`, bare: 'medium', context: 'high' }],
      validate: 'luhn',
      context: ['card', 'visa'],
      deny: ['4111111111111111'],
    },
  }),
  rule({
    id: 'iban',
    kind: 'iban',
    text: {
      patterns: [
        { regex: String.raw`\b[A-Z]{2}\d{2}(?: ?[A-Z\d]{4}){2,7}(?: ?[A-Z\d]{1,3})?\b`, bare: 'medium' },
      ],
    },
  }),
  rule({
    id: 'token',
    kind: 'secret',
    text: {
      patterns: [
        { regex: String.raw`\btok_[A-Za-z\d]{16,40}\b`, bare: 'high' },
        { regex: String.raw`\bpk(?:live|test)-[a-f\d]{8}`, bare: 'medium' },
      ],
    },
  }),
  rule({
    id: 'password',
    kind: 'secret',
    text: {
      patterns: [
        {
          regex: String.raw`(?i:pass(?:word|wort|phrase)?|kennwort)["']?\s{0,3}[:=]\s{0,3}["']?(?<value>[^\s"'<>]{6,40})`,
          bare: 'medium',
        },
      ],
      deny: ['changeme'],
    },
  }),
  rule({
    id: 'naïve-name',
    kind: 'person-name',
    text: {
      patterns: [
        {
          regex: String.raw`(?<!\p{L})(?:Señor|Frau|Dr\.) (?<value>\p{Lu}\p{Ll}{1,20})`,
          bare: 'low',
          context: 'medium',
        },
      ],
      context: ['patient', 'größe', '患者'],
    },
    column: {
      headers: ['name', 'full name'],
      not: ['file name'],
      cells: String.raw`\p{Lu}\p{L}+ \p{Lu}\p{L}+`,
      beside: ['email', '~mail', 'mrn'],
    },
  }),
  rule({
    id: 'mrn',
    kind: 'mrn',
    text: {
      patterns: [
        {
          regex: String.raw`(?<![\w.-])(?:MRN[: ]{1,2})?(?<value>[A-Z]?\d{6,8})(?![\w-])`,
          context: 'medium',
        },
      ],
      context: ['mrn', 'patient', 'chart'],
    },
  }),
  rule({
    id: 'weak',
    kind: 'online-handle',
    text: { patterns: [{ regex: String.raw`\p{Ll}{2,5}\d(?=!)`, bare: 'low' }], minDistinct: 3 },
  }),
  rule({
    id: 'lookahead',
    kind: 'salary',
    text: {
      patterns: [{ regex: String.raw`\$ ?\d{2,3},\d{3}(?= (?:per year|a year|p\.a\.))`, bare: 'medium' }],
    },
  }),
  rule({
    id: 'line',
    kind: 'contract',
    text: { patterns: [{ regex: String.raw`(?m:^)SECTION \d{1,3}\n|^Top secret$`, bare: 'medium' }] },
  }),
  rule({
    id: 'line-name',
    kind: 'address',
    text: {
      patterns: [
        {
          regex: String.raw`(?:^|[\r\n])[ \t]{0,3}(?<value>[A-ZÀ-Ž][a-zà-ž]{1,20}(?: [A-Z]\.?)? [A-ZÀ-Ž][a-zà-ž]{1,24})(?=[ ,\n][^\r<@]{0,60}@)`,
          bare: 'medium',
        },
      ],
    },
  }),
  rule({
    id: 'counted',
    kind: 'crypto-wallet',
    text: { patterns: [{ regex: String.raw`(?<![\w-])[A-Za-z0-9]{12}_AZ[a-z0-9]{2}`, bare: 'medium' }] },
  }),
  rule({
    id: 'behind-lead',
    kind: 'tax-id',
    text: {
      patterns: [
        {
          regex: String.raw`(?i:code|cod)[^\d]{0,12}?(?<![\w.])(?<value>\d{4}\.\d{4,15}[,;] ?-?\d{2})(?!\d)`,
          bare: 'medium',
        },
      ],
    },
  }),
  rule({
    id: 'overlap',
    kind: 'device-id',
    text: {
      patterns: [
        { regex: String.raw`\d{4}x{1,3}`, bare: 'medium' },
        { regex: String.raw`[A-Z]\d{4}`, bare: 'low' },
        { regex: String.raw`B\d{2}`, bare: 'low' },
        { regex: String.raw`A[A-Z]B\d{2}x`, bare: 'low' },
      ],
    },
  }),
  rule({
    id: 'retry',
    kind: 'employee-id',
    text: { patterns: [{ regex: '[A-Z]{3}', bare: 'low' }], validate: 'not-q' },
  }),
  rule({ id: 'run', kind: 'genomic', text: { patterns: [{ regex: 'z{4,40}', bare: 'low' }] } }),
  rule({
    id: 'phi',
    kind: 'phi',
    together: { groups: [['mrn'], ['person-name', 'email', 'us-ssn']], confidence: 'high' },
  }),
  rule({
    id: 'names',
    kind: 'model-artifact',
    name: {
      patterns: [
        { regex: String.raw`(?i:patients?).{0,40}\.csv$`, confidence: 'medium' },
        { regex: '^hr/', confidence: 'high', target: 'path' },
      ],
    },
    metadata: { patterns: [{ regex: '^class=secret$', confidence: 'high' }] },
  }),
];

function luhn(value: string): boolean {
  const digits = [...value.replace(/\D/g, '')].reverse().map(Number);
  const sum = digits.reduce(
    (total, digit, i) => total + (i % 2 ? (digit * 2 > 9 ? digit * 2 - 9 : digit * 2) : digit),
    0,
  );
  return digits.length > 0 && sum % 10 === 0;
}
