/** Validators: published numbers pass, broken ones fail, and schemes that promise it catch every single-digit error. */
import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { luhn, mod97, verhoeff } from '../../src/validate/checksum.ts';
import { validators } from '../../src/validate/index.ts';

const RUNS = { seed: 11, numRuns: 200 };
const digits = (length: number) =>
  fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: length, maxLength: length });

/** The one validator of this name; a name that is gone fails the test that uses it. */
function accepts(name: string, value: string): boolean {
  const validator = validators[name];
  if (validator === undefined) throw new Error(`there is no validator "${name}"`);
  return validator(value);
}

/** A shell's or template's reference to a variable, in two parts so that nothing here takes it for one. */
const VARIABLE = ['$', '{DB_PASSWORD}'].join('');

/** Numbers that the schemes' owners publish, that stand in their specifications or are those of large companies, each with a broken twin. */
const PUBLISHED = [
  ['card', '4539 1488 0343 6467', '4539 1488 0343 6468'],
  ['iban', 'GB82 WEST 1234 5698 7654 32', 'GB82 WEST 1234 5698 7654 33'],
  ['iban', 'NL91ABNA0417164300', 'NL91ABNA0417164301'],
  ['us-ssn', '536-22-8714', '666-22-8714'],
  ['us-itin', '912-74-3318', '912-49-3318'],
  ['us-aba', '121000358', '121000359'],
  ['us-npi', '1234567893', '1234567890'],
  ['us-dea', 'BB1388568', 'BB1388569'],
  ['us-mbi', '1EG4-TE5-MK73', '1SG4-TE5-MK73'],
  ['gb-nhs', '943 476 5919', '943 476 5918'],
  ['gb-nino', 'AB123456C', 'BG123456C'],
  ['au-medicare', '2123 45670 1', '2123 45671 1'],
  ['au-tfn', '123 456 782', '123 456 783'],
  ['ca-sin', '193-456-787', '193-456-788'],
  ['sg-nric', 'S1234567D', 'S1234567A'],
  ['in-aadhaar', '234123412346', '234123412347'],
  ['de-idnr', '36 574 261 809', '36 574 261 890'],
  ['fr-nir', '2 95 10 99 126 111 93', '2 95 10 99 126 111 39'],
  ['es-dni', '54362315K', '54362315Z'],
  ['it-codicefiscale', 'RCCMNL83S18D969H', 'RCCMNL83S18D969A'],
  ['nl-bsn', '111222333', '111252333'],
  ['pl-pesel', '44051401359', '44051401358'],
  ['se-personnummer', '880320-0016', '880320-0018'],
  ['fi-hetu', '131052-308T', '131052-308U'],
  ['no-fodselsnummer', '151086 95088', '151086 95077'],
  ['br-cpf', '390.533.447-05', '390.533.447-06'],
  ['cn-ric', '120103198806018241', '120103198806018242'],
  ['tr-tckimlik', '17291716060', '17291716050'],
  ['kr-brn', '1248100998', '1248100990'],
  ['ru-ogrn', '1027700070518', '1027700070510'],
  ['ch-uid', 'CHE-105.909.036 MWST', 'CHE-105.909.030 MWST'],
  ['no-organisation', 'NO 923 609 016 MVA', 'NO 923 609 017 MVA'],
  ['cz-dic', 'CZ45274649', 'CZ45274640'],
  ['cz-ico', '31322832', '31322830'],
  ['cz-bank-account', '19-2000145399/0800', '19-2000145399/0000'],
  ['tw-ubn', '22099131', '22099130'],
  ['fi-ytunnus', '0112038-9', '0112038-0'],
  ['eu-vat', 'FI01120389', 'FI01120380'],
  ['eu-vat', 'DK24256790', 'DK24256791'],
  ['eu-vat', 'RO1590082', 'RO1590080'],
  ['eu-vat', 'PL5252248481', 'PL5252248480'],
  ['eu-vat', 'SE556012579001', 'SE556012579000'],
  ['eu-vat', 'HU10773381', 'HU10773380'],
  ['eu-vat', 'IE6388047V', 'IE6388040V'],
  ['eu-vat', 'LU26375245', 'LU26375240'],
  ['eu-vat', 'ESA28015865', 'ESA28015860'],
  ['ee-registrikood', '12417834', '12417830'],
  ['si-maticna', '5043611000', '5043612000'],
  ['si-ddv', '82646716', '82646710'],
  ['rs-pib', '104052135', '104052130'],
  ['ro-cui', '1590082', '1590080'],
  ['ro-trade-register', 'J40/8302/1997', 'J45/8302/1997'],
  ['ua-edrpou', '20077720', '20077721'],
  ['pe-ruc', '20100128218', '20100128210'],
  ['ec-ruc', '1768153530001', '1768153540001'],
  ['mx-rfc', 'PME380607P35', 'PME381307P35'],
  ['cn-uscc', '914403001922038216', '914403001922038210'],
  ['bg-vat', '831902088', '831902080'],
  ['is-kennitala', '560269-4129', '560269-4121'],
  ['es-ccc', '2100 0418 45 0200051332', '2100 0418 45 0200051330'],
  ['ar-cbu', '2850590940090418135201', '2850590940090418135200'],
  ['by-unp', '100582333', '100582330'],
  ['az-voen', '9900003871', '9900003870'],
  ['py-ruc', '80009735-1', '80009735-0'],
  ['se-personnummer', '670919-9530', '670919-9531'],
  ['ie-pps', '1234567FA', '1234560FA'],
  ['il-idnr', '000000018', '000000010'],
  ['vin', '1M8GDM9AXKP042788', '1M8GDM9A1KP042788'],
  ['imei', '490154203237518', '490154203237519'],
  ['loinc', '2345-7', '2345-8'],
  ['snomed', '73211009', '73211008'],
  ['isin', 'US0378331005', 'US0378331006'],
  ['cusip', '037833100', '037833101'],
  ['sedol', 'B0WNLY7', 'B0WNLY8'],
  ['lei', '5493001KJTIIGC8Y1R12', '5493001KJTIIGC8Y1R13'],
  ['given-name', 'Łukasz Yarrowby', 'Harbour Lane'],
  ['given-name', 'Martin249 Silverdale644', 'Humana Gold'],
  ['not-organisation', 'Ivo Yarrowby', 'Yarrowby Ltd'],
  ['bitcoin', '1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa', '1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb'],
  ['bitcoin', 'bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4', 'bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5'],
  ['mrz', 'L898902C36UTO7408122F1204159ZE184226B<<<<<10', 'L898902C36UTO7408123F1204159ZE184226B<<<<<10'],
  ['email', 'mira@example.com', 'mira@printer.local'],
  ['phone', '+49 30 901820', '+49 3'],
  ['public-ip', '93.184.216.34', '192.168.1.20'],
  ['coordinates', '52.520008, 13.404954', '0.0000, 0.0000'],
  ['password', 'Kestrel-4471', VARIABLE],
] as const;

describe('published numbers', () => {
  test.each(PUBLISHED)('%s accepts a valid one and refuses its broken twin', (name, valid, broken) => {
    expect(accepts(name, valid)).toBe(true);
    expect(accepts(name, broken)).toBe(false);
  });
});

describe('check digits', () => {
  /** `append` gives the number with its check digits; one changed digit anywhere must be caught. */
  function catchesEverySingleDigit(check: (value: string) => boolean, tail: number): void {
    fc.assert(
      fc.property(digits(12), fc.nat(11), fc.integer({ min: 1, max: 9 }), (body, at, by) => {
        const valid = [...Array(10 ** tail).keys()]
          .map((number) => body + String(number).padStart(tail, '0'))
          .find((candidate) => check(candidate));
        if (valid === undefined) return;
        const changed = (Number(valid[at]) + by) % 10;
        expect(check(valid.slice(0, at) + changed + valid.slice(at + 1))).toBe(false);
      }),
      RUNS,
    );
  }

  test('Luhn catches every single-digit error', () => catchesEverySingleDigit(luhn, 1));
  test('Verhoeff catches every single-digit error', () => catchesEverySingleDigit(verhoeff, 1));
  test('mod 97 catches every single-digit error', () => catchesEverySingleDigit(mod97, 2));

  test('Verhoeff catches swapped neighbours', () => {
    fc.assert(
      fc.property(digits(11), fc.nat(9), (body, at) => {
        const valid = [...'0123456789'].map((digit) => body + digit).find((candidate) => verhoeff(candidate));
        if (valid === undefined || valid[at] === valid[at + 1]) return;
        expect(verhoeff(valid.slice(0, at) + valid[at + 1] + valid[at] + valid.slice(at + 2))).toBe(false);
      }),
      RUNS,
    );
  });
});

describe('two implementations of one scheme', () => {
  test('our Luhn and the library behind ca-sin agree where the issuer gives numbers out', () => {
    fc.assert(
      fc.property(fc.constantFrom(...'1234567'), digits(8), (first, rest) => {
        const number = first + rest;
        if (/^(\d)\1+$/.test(number) || '01234567890987654321'.includes(number)) return;
        expect(accepts('ca-sin', number)).toBe(luhn(number));
      }),
      RUNS,
    );
  });

  test('our Verhoeff and the library behind in-aadhaar agree', () => {
    fc.assert(
      fc.property(fc.constantFrom(...'23456789'), digits(11), (first, rest) => {
        const number = first + rest;
        if ([...number].reverse().join('') === number) return;
        expect(accepts('in-aadhaar', number)).toBe(verhoeff(number));
      }),
      RUNS,
    );
  });
});

describe('every validator', () => {
  test.each(Object.keys(validators))('%s refuses nonsense without throwing', (name) => {
    for (const value of ['', ' ', '0', '---', 'x'.repeat(500), '٣٤٥', '\u0000', '😀']) {
      expect(typeof accepts(name, value)).toBe('boolean');
      if (name !== 'not-placeholder' && name !== 'password') expect(accepts(name, value), value).toBe(false);
    }
  });
});

describe('secrets', () => {
  const body = 'k3JvQ8mZr2TtYw6XnB5hD9sLpFcGa1'; // thirty characters of nothing
  /** The token with its checksum, in base 62, as GitHub and npm make it. */
  function withChecksum(prefix: string): string {
    const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
    let rest = crc32(body);
    let sum = '';
    for (; rest > 0; rest = Math.floor(rest / 62)) sum = `${alphabet[rest % 62]}${sum}`;
    return `${prefix}_${body}${sum.padStart(6, '0')}`;
  }

  test('a token with its checksum passes, with another fails', () => {
    const token = withChecksum('ghp');
    expect(accepts('crc-token', token)).toBe(true);
    expect(accepts('crc-token', `${token.slice(0, -1)}${token.endsWith('0') ? '1' : '0'}`)).toBe(false);
  });

  test('a token of Cloudflare passes with its checksum in hexadecimal digits', () => {
    const random = `${body}0QzX4kTn7w`;
    const sum = crc32(random).toString(16).padStart(8, '0');
    expect(accepts('crc-token', `cfut_${random}${sum}`)).toBe(true);
    expect(
      accepts(
        'crc-token',
        `cfut_${random}${sum.endsWith('0') ? sum.slice(0, -1) + 1 : sum.slice(0, -1) + 0}`,
      ),
    ).toBe(false);
  });

  test.each([
    'ab12cd34ef56gh78ij90kl12mn34op56',
    '123e4567-e89b-12d3-a456-426614174000',
    '4f2a9c.kite.example.com',
    'pk_live_8fk2Lq0VxWz7Rt5Yb3Nc1Md9',
  ])('%s is an example, a host or public', (value) => {
    expect(accepts('random', value)).toBe(false);
  });

  test.each([
    ['mixed cases and digits', '8fk2Lq0VxWz7Rt5Yb3Nc1Md9Hg6Js4Pa', true],
    ['one case with digits throughout', '3kx19qpx748ldb75lsjicbs6ipit6ssm', true],
    ['32 hexadecimal digits', '2afddb813193eb9d3b5bd99bf5d834cd', true],
    ['24 hexadecimal digits, an object id', '65f1c0a9b2d4e8f7a3c5b1d9', false],
    ['a UUID', '2f7c1b04-9d3e-4a58-8b6f-0c1d2e3f4a5b', false],
    ['words before a date', 'configurationofthechart20231105', false],
    ['words with a version', 'releaseversion2ofclient3part4', false],
  ])('as a key without a form, %s', (_what, value, expected) => {
    expect(accepts('random-key', value)).toBe(expected);
  });

  test.each([
    ['copper velvet orbit candle', true],
    ['the passphrase of this key', false],
    ['copper copper orbit candle', false],
    ['correct horse battery staple', false],
  ])('%s as a passphrase', (value, expected) => {
    expect(accepts('passphrase', value)).toBe(expected);
  });

  test.each([
    'changeme',
    'your-api-key-here',
    '<password>',
    VARIABLE,
    'xxxxxxxxxxxx',
    'process.env.KEY',
    '********',
  ])('%s is a placeholder', (value) => {
    expect(accepts('password', value)).toBe(false);
    expect(accepts('random', value)).toBe(false);
  });

  test.each([
    'Mot de passe',
    'At least 8 characters',
    'Contraseña',
    'パスワード',
    ' -u root /bin/sh',
    'urn:k8s:secret:db',
    '.*returned',
  ])('%s is a label, a message or code, no password', (value) => {
    expect(accepts('password', value)).toBe(false);
  });

  test('of a login in base64 the password counts', () => {
    const encoded = (login: string) => Buffer.from(login).toString('base64');
    expect(accepts('encoded-login', encoded('deploy:Kestrel-4471'))).toBe(true);
    expect(accepts('encoded-login', encoded('username:password'))).toBe(false);
  });

  test('a token with the claims of the examples of jwt.io is no secret', () => {
    const token = (claims: object) =>
      `${[{ alg: 'HS256' }, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')}.${body}`;
    expect(accepts('jwt', token({ sub: 'user-3562' }))).toBe(true);
    expect(accepts('jwt', token({ sub: '1234567890', name: 'John Doe' }))).toBe(false);
  });

  test('words are not random, keys are', () => {
    expect(accepts('random', 'correct-horse-battery-staple')).toBe(false);
    expect(accepts('random', 'client-app-secret-id-2')).toBe(false);
    expect(accepts('random', body)).toBe(true);
  });
});
