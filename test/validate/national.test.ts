/**
 * National and tax numbers, for every rule that checks one: numbers that libraries document and the rule's own are accepted, and
 * each of them with one digit changed is refused, as far as the scheme's check digits can tell.
 */
import { expect, test } from 'vitest';
import { findingsOf } from '../../src/detect/examples.ts';
import { compileDetector } from '../../src/detect/index.ts';
import { loadBuiltInRules } from '../../src/detect/load.ts';
import { atLeast } from '../../src/model.ts';
import type { Rule } from '../../src/rule.ts';
import { validators } from '../../src/validate/index.ts';

const rules = (await loadBuiltInRules()).filter(
  ({ family, kind }) => family === 'national-ids' || kind === 'us-ssn' || kind === 'tax-id',
);
const detector = compileDetector(rules);
const checked = rules.filter((rule) => schemeOf(rule) !== undefined);

/** Companies' numbers from the documentation of python-stdnum; those of persons are our own, from the rules' examples. */
const DOCUMENTED: readonly (readonly [scheme: string, number: string])[] = [
  ['de-vat', 'DE136695976'],
  ['de-stnr', '181/815/0815 5'],
  ['at-uid', 'AT U13585627'],
  ['at-tin', '59-119/9013'],
  ['fr-siren', '404833048'],
  ['fr-siret', '73282932000074'],
  ['fr-vat', '23334175221'],
  ['be-vat', 'BE 428759497'],
  ['nl-btw', '004495445B01'],
  ['lu-tva', 'LU 150 274 42'],
  ['es-cif', 'J99216582'],
  ['it-iva', 'IT 00743110157'],
  ['pt-nif', 'PT 501 964 843'],
  ['gr-vat', 'EL 094259216'],
  ['cy-vat', 'CY-10259033P'],
  ['mt-vat', 'MT 1167-9112'],
  ['gb-vat', 'GB 980 7806 84'],
  ['se-vat', 'SE 123456789701'],
  ['dk-cvr', 'DK 13585628'],
  ['fi-alv', 'FI 20774740'],
  ['ee-kmkr', '100594102'],
  ['lv-pvn', 'LV 4000 3521 600'],
  ['pl-nip', 'PL 8567346215'],
  ['pl-regon', '192598184'],
  ['sk-dph', 'SK 202 274 96 19'],
  ['hu-anum', 'HU-12892312'],
  ['tr-vkn', '4540536920'],
  ['il-hp', '516179157'],
  ['ke-pin', 'P051365947M'],
  ['in-gstin', '27AAPFU0939F1ZV'],
  ['jp-cn', '5-8356-7825-6246'],
  ['sg-uen', '00192200M'],
  ['th-tin', '1-2345-45678-78-1'],
  ['id-npwp', '01.312.166.0-091.000'],
  ['vn-mst', '0100233488'],
  ['au-abn', '83 914 571 673'],
  ['au-acn', '004 085 616'],
  ['nz-ird', '4909185-0'],
  ['ca-bn', '12302 6635'],
  ['us-ein', '91-1144442'],
  ['br-cnpj', '16.727.230/0001-97'],
  ['co-nit', '213.123.432-1'],
  ['uy-rut', '21-100342-001-7'],
  ['do-rnc', '1-01-85004-3'],
  ['gt-nit', '576937-K'],
  ['cr-cpj', '3-101-999999'],
  ['dz-nif', '416001000000007'],
  ['gh-tin', 'C0000803561'],
  ['gn-nifp', '693770885'],
  ['ma-ice', '001561191000066'],
  ['md-idno', '1008600038413'],
  ['me-pib', '02655284'],
  ['mk-edb', '4030000375897'],
  ['mz-nuit', '400339910'],
  ['sn-ninea', '306 7221'],
  ['sv-nit', '0614-050707-104-8'],
  ['tn-mf', '1234567/M/A/E/001'],
  ['om-vat', 'OM1100006083'],
];

const NONE = 'no check digit: ranges, letters or nothing';
const DATE = 'no check digit: a date, year or place';
const PART = 'part of it stands outside of the check digit';
const EVEN = 'weights that share a factor with ten';
const FOLD = 'two remainders share a digit, or a weight is none';
const TWO = 'a second scheme or way of writing it';

/**
 * Schemes that do not catch every changed digit, with the least share in a hundred that they do refuse, and why. All others refuse
 * each of them.
 */
const LESS_THAN_ALL: Readonly<Record<string, readonly [percent: number, why: string]>> = {
  'de-stnr': [0, NONE],
  'gb-nino': [0, NONE],
  'ke-pin': [0, NONE],
  'in-pan': [0, NONE],
  'cr-cpf': [0, NONE],
  'dz-nif': [0, NONE],
  'us-ssn': [0, NONE],
  'us-ein': [2, NONE],
  'pk-cnic': [2, NONE],
  'ph-sss': [6, NONE],
  'cr-cr': [7, NONE],
  'lk-nic': [10, DATE],
  'id-nik': [11, DATE],
  'us-itin': [17, DATE],
  'cn-ric-old': [18, DATE],
  'my-nric': [19, DATE],
  'cu-ni': [20, DATE],
  'dk-cpr': [21, DATE],
  'tn-mf': [21, PART],
  'ly-national-number': [24, DATE],
  'hn-identity': [28, DATE],
  'eg-national-id': [28, DATE],
  'cr-cpj': [30, NONE],
  'mx-rfc': [32, DATE],
  'ro-trade-register': [39, DATE],
  'id-npwp': [59, PART],
  'om-vat': [59, PART],
  'ch-identity-card': [68, PART],
  'ec-ruc': [68, PART],
  'si-maticna': [69, PART],
  'zw-national-id': [79, PART],
  'gt-cui': [79, PART],
  'nl-btw': [80, PART],
  'tw-ubn': [81, TWO],
  'ph-tin': [83, PART],
  'sn-ninea': [84, PART],
  'th-tin': [87, FOLD],
  'th-idnr': [88, FOLD],
  'au-acn': [89, EVEN],
  'sv-dui': [89, EVEN],
  'kz-iin': [89, FOLD],
  'tw-natid': [90, EVEN],
  'hu-personal-number': [90, TWO],
  'ee-registrikood': [92, FOLD],
  'pe-cui': [92, EVEN],
  'mx-curp': [93, FOLD],
  'uy-cedula': [93, EVEN],
  'pt-niss': [93, EVEN],
  'kr-rrn': [94, TWO],
  'do-rnc': [94, FOLD],
  'co-nit': [95, FOLD],
  'br-pis': [95, FOLD],
  'ir-national-id': [95, FOLD],
  'cz-ico': [96, FOLD],
  'cz-dic': [96, FOLD],
  'jp-my-number': [96, FOLD],
  'lt-asmens': [96, FOLD],
  'kr-rrn-checked': [96, TWO],
  'gb-utr': [96, FOLD],
  've-rif': [96, FOLD],
  'me-pib': [96, FOLD],
  'pe-ruc': [96, FOLD],
  'si-ddv': [96, FOLD],
  'me-jmbg': [96, FOLD],
  'ru-ogrn': [96, FOLD],
  'bg-egn': [96, FOLD],
  'ua-rntrc': [96, FOLD],
  'nz-ird': [96, FOLD],
  'pl-regon': [96, FOLD],
  'br-voter': [96, FOLD],
  'ro-cnp': [97, FOLD],
  'jp-cn': [97, FOLD],
  'ar-cuit': [97, FOLD],
  'ua-edrpou': [97, FOLD],
  'is-kennitala': [97, FOLD],
  'az-voen': [97, FOLD],
  'lv-personal-code': [97, FOLD],
  'gb-vat': [98, TWO],
  'bg-vat': [98, FOLD],
  'ee-ik': [98, FOLD],
};

function schemeOf({ text, column }: Rule): string | undefined {
  return text?.validate ?? column?.validate;
}

/** The numbers that the rule's own examples of columns hold. */
function ownNumbers({ matches }: Rule): readonly string[] {
  return matches.flatMap((example) =>
    typeof example === 'object' && 'cells' in example ? example.cells : [],
  );
}

function documented(scheme: string | undefined): readonly string[] {
  return DOCUMENTED.filter(([name]) => name === scheme).map(([, number]) => number);
}

/** The number with each of its digits replaced by each other one. */
function misprints(number: string): readonly string[] {
  return [...number.matchAll(/\d/g)].flatMap(({ 0: digit, index }) =>
    [...'0123456789']
      .filter((other) => other !== digit)
      .map((other) => number.slice(0, index) + other + number.slice(index + 1)),
  );
}

test.each(checked.map((rule) => [rule.id, rule] as const))(
  '%s accepts right numbers and refuses misprints',
  (_, rule) => {
    const scheme = schemeOf(rule) ?? '';
    const accepts = (number: string) => validators[scheme]?.(number) ?? false;
    const numbers = [...ownNumbers(rule), ...documented(scheme)].filter((number) => /\d/.test(number));
    if (rule.column !== undefined) expect(numbers.length).toBeGreaterThan(0);
    expect(numbers.filter((number) => !accepts(number))).toEqual([]);
    const wrong = numbers.flatMap(misprints);
    const refused = wrong.filter((number) => !accepts(number));
    const [percent] = LESS_THAN_ALL[scheme] ?? [100];
    expect((100 * refused.length) / (wrong.length || 1)).toBeGreaterThanOrEqual(
      wrong.length === 0 ? 0 : percent,
    );
  },
);

test.each(DOCUMENTED)(
  '%s: the documented number is found in a column, its misprint is not',
  (scheme, number) => {
    const ofScheme = checked.filter((rule) => schemeOf(rule) === scheme && rule.column !== undefined);
    const found = (cell: string) =>
      ofScheme.some((rule) =>
        findingsOf(
          { header: (rule.column?.headers[0] ?? '').replace('~', ''), cells: [cell] },
          detector,
        ).some((finding) => finding.rule === rule.id && atLeast(finding.confidence, 'medium')),
      );
    const misprint = misprints(number).find((each) => !(validators[scheme]?.(each) ?? true));
    expect([found(number), misprint !== undefined && found(misprint)]).toEqual([true, false]);
  },
);

test('the table of weaker schemes names only schemes that are weaker', () => {
  const used = new Set(checked.map(schemeOf));
  expect(Object.keys(LESS_THAN_ALL).filter((scheme) => !used.has(scheme))).toEqual([]);
});
