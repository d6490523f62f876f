/** National numbers by their names in sentences of their languages, valid and mistyped. Made by our own validators; nobody's. */
import { expect, test } from 'vitest';
import { findingsOf } from '../../src/detect/examples.ts';
import { compileDetector } from '../../src/detect/index.ts';
import { loadBuiltInRules } from '../../src/detect/load.ts';
import { atLeast } from '../../src/model.ts';

const rules = (await loadBuiltInRules()).filter(({ family }) => family === 'national-ids');
const detector = compileDetector(rules);

const CASES: readonly (readonly [rule: string, sentence: string, valid: string, mistyped: string])[] = [
  ['ca-sin', 'The SIN of the customer is #.', '965 661 556', '965 661 557'],
  ['pl-nip', 'NIP klienta to # według umowy.', '856-734-62-15', '856-734-62-16'],
  ['cz-birth-number', 'RČ zákazníka je # podle formuláře.', '710319/2745', '710319/2746'],
  ['jp-my-number', 'お客様の個人番号は#です。', '621498320257', '621498320258'],
  ['cn-credit-code', '客户的USCC是#，见表格。', '91110000600037341L', '91110000600037341M'],
  ['kr-business-number', '고객의 BRN는 #입니다.', '1178177714', '1178177715'],
  ['be-identity-card', 'Het identiteitskaartnummer is #.', '592-2530829-83', '592-2530829-84'],
  ['gb-upn', 'The UPN of the pupil is #.', 'Z821230707112', 'Z821230707113'],
  ['hu-tax-id', 'Az ügyfél adóazonosító jele: adóazonosító jel #', '8059103164', '8059103165'],
  ['pl-identity-card', 'Numer dowodu klienta to #.', 'TMK525434', 'TMK525435'],
  ['pt-niss', 'O NISS do cliente é #.', '11818611852', '11818611853'],
  ['ir-national-id', 'کد ملی مشتری # است', '1127737147', '1127737148'],
  ['kw-civil-id', 'Civil ID: #', '265102842392', '265102842393'],
  ['eg-national-id', 'الرقم القومي: #', '25301270155558', '25313270155558'],
  ['lk-nic', 'NIC No: #', '191864210V', '194864210V'],
  ['ng-nin', 'NIN: #', '82502167483', '82502167484'],
  ['ph-tin', 'BIR TIN: #', '748-929-757-000', '748-929-758-000'],
  ['mx-nss', 'NSS: #', '90347038219', '90347038218'],
  ['mx-rfc-checked', 'el cliente # pagó', 'TEFR700311DXA', 'TEFR700311DX9'],
  ['bg-egn', 'ЕГН: #', '7523169263', '7521320010'],
  ['ee-personal-code', 'isikukood #', '36805280109', '61402291232'],
  ['ro-cnp', 'CNP: #', '1630615123457', '1631315123457'],
  ['br-cnpj', 'filial # em São Paulo', '16.727.230/0001-97', '16.727.230/0001-98'],
];

test.each(CASES)('%s: %s', (rule, sentence, valid, mistyped) => {
  const fires = (number: string) =>
    findingsOf(sentence.replace('#', number), detector).some(
      (finding) => finding.rule === rule && atLeast(finding.confidence, 'medium'),
    );
  expect([fires(valid), fires(mistyped)]).toEqual([true, false]);
});
