/** Predictions for the practice set's labelled sentences and identifier cases, straight from rules and engine. */
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { createAmbient } from '../src/detect/ambient.ts';
import { compileRule } from '../src/detect/compiled-rule.ts';
import { findingsOf } from '../src/detect/examples.ts';
import { compileDetector } from '../src/detect/index.ts';
import { loadBuiltInRules } from '../src/detect/load.ts';
import { normaliseText } from '../src/detect/normalise.ts';
import { atLeast } from '../src/model.ts';
import type { Rule } from '../src/rule.ts';
import { validators } from '../src/validate/index.ts';
import { hitsIn } from '../test/detect/reference.ts';

const sentence = z.object({ id: z.string(), text: z.string() });
const identifier = z.object({ id: z.string(), module: z.string(), value: z.string(), context: z.string() });

/**
 * One JSON line a sentence with the spans found at medium confidence and up. The engine keeps no offsets, so they come from the
 * slow reference matcher that it must equal; offsets are code points.
 */
export async function predictSpans(truth: string): Promise<string> {
  const rules = (await loadBuiltInRules()).filter(({ text }) => text !== undefined);
  const compiled = rules.map((rule, index) => compileRule(rule, index, validators));
  const items = (await records(truth))
    .filter((record) => !('meta' in record))
    .map((record) => sentence.parse(record));
  return jsonLines(
    items.map(({ id, text }) => {
      const normal = normaliseText(text);
      const spans = compiled.flatMap((rule) =>
        hitsIn(rule, normal, createAmbient({ path: () => 'sentence txt' }))
          .filter(({ hit }) => atLeast(hit.band, 'medium'))
          .map(({ hit, start }) => ({
            start: codePoints(normal.slice(0, start)),
            end: codePoints(normal.slice(0, start + hit.value.length)),
            kind: rule.rule.kind,
          })),
      );
      return { id, spans };
    }),
  );
}

/** One JSON line a case with the kinds that the engine finds in its context at medium confidence and up. */
export async function predictKinds(truth: string): Promise<string> {
  return await predictCases(truth, ({ context }) => context);
}

/** The same of each value after its module's label (`Aadhaar: …`), as such numbers stand in documents. */
export async function predictLabelled(truth: string): Promise<string> {
  return await predictCases(
    truth,
    ({ module, value }) => `${LABELS[module.replace(/^.*\./, '')] ?? module}: ${value}`,
  );
}

/** What a form calls the numbers of each module of the practice set. */
const LABELS: Readonly<Record<string, string>> = {
  ABA_ROUTING_NUMBER: 'Routing number',
  AU_MEDICARE: 'Medicare number',
  DATE_TIME: 'Date of birth',
  DE_HANDELSREGISTER: 'Handelsregister',
  DE_KFZ: 'Kennzeichen',
  DE_PLZ: 'PLZ',
  DE_TAX_NUMBER: 'Steuernummer',
  ES_NIE: 'NIE',
  FI_PERSONAL_IDENTITY_CODE: 'Henkilötunnus',
  IN_PAN: 'PAN',
  IN_VOTER: 'Voter ID',
  IT_FISCAL_CODE: 'Codice fiscale',
  IT_VAT_CODE: 'Partita IVA',
  KR_FRN: '외국인등록번호',
  MAC_ADDRESS: 'MAC address',
  MEDICAL_LICENSE: 'DEA number',
  PH_MOBILE_NUMBER: 'Mobile',
  SE_ORGANISATIONSNUMMER: 'Organisationsnummer',
  SG_UEN: 'UEN',
  TR_NATIONAL_ID: 'T.C. Kimlik No',
  UK_NHS: 'NHS number',
  UK_POSTCODE: 'Postcode',
  US_BANK_NUMBER: 'Account number',
  US_MBI: 'MBI',
  US_SSN: 'SSN',
};

async function predictCases(
  truth: string,
  textOf: (each: z.infer<typeof identifier>) => string,
): Promise<string> {
  const rules = await loadBuiltInRules();
  const detector = compileDetector(rules);
  const byId = new Map<string, Rule>(rules.map((rule) => [rule.id, rule]));
  const items = (await records(truth)).map((record) => identifier.parse(record));
  return jsonLines(
    items.map((each) => {
      const found = findingsOf(textOf(each), detector).filter(({ confidence }) =>
        atLeast(confidence, 'medium'),
      );
      return { id: each.id, kinds: [...new Set(found.map(({ rule }) => byId.get(rule)?.kind ?? rule))] };
    }),
  );
}

async function records(path: string): Promise<readonly object[]> {
  const lines = (await readFile(path, 'utf8')).split('\n').filter((line) => line !== '');
  return lines.map((line) => z.looseObject({}).parse(JSON.parse(line)));
}

function jsonLines(values: readonly unknown[]): string {
  return values.map((value) => `${JSON.stringify(value)}\n`).join('');
}

function codePoints(text: string): number {
  return [...text].length;
}
