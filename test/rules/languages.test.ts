/** The headers of a table of people say what is in it in eight languages, with and without marks, as headings and as keys. */
import { expect, test } from 'vitest';
import { compileDetector } from '../../src/detect/index.ts';
import { loadBuiltInRules } from '../../src/detect/load.ts';
import { atLeast } from '../../src/model.ts';
import { rows, scan } from '../detect/scan.ts';

const rules = await loadBuiltInRules();
const detector = compileDetector(rules);
const kindOf = new Map(rules.map(({ id, kind }) => [id, kind]));

/** What each column is, and two cells of it that any language could have. */
const KINDS = [
  ['person-name', 'Lena', 'Noah'],
  ['person-name', 'Vogel', 'Martin'],
  ['date-of-birth', '17.04.1986', '02.11.1979'],
  ['address', 'Storgatan 3', 'Via Roma 14'],
  ['phone', '030 901820', '0171 4455661'],
  ['salary', '54000', '61000'],
  ['medical-text', 'asthma', 'migraine'],
  ['passport', 'C01X00T47', 'AB2345678'],
  ['mrn', '4711001', '4711002'],
  ['employee-id', '10023', '10024'],
  ['drivers-license', 'B072RRE2I55', '12345/12/1234'],
  ['credit-card', '4539148803436467', '5425233430109903'],
  ['bank-account', '0532013000', '0648489890'],
] as const;

const HEADERS = {
  de: 'Vorname,Nachname,Geburtsdatum,Straße,Telefon,Gehalt,Diagnose,Reisepassnummer,Patientennummer,Personalnummer,Führerscheinnummer,Kartennummer,Kontonummer',
  fr: 'prénom,nom de famille,date de naissance,adresse,téléphone,salaire,diagnostic,numéro de passeport,numéro de patient,matricule,permis de conduire,numéro de carte,numéro de compte',
  es: 'nombre,apellidos,fecha de nacimiento,dirección,teléfono,salario,diagnóstico,número de pasaporte,historia clínica,número de empleado,permiso de conducir,número de tarjeta,número de cuenta',
  it: 'nome,cognome,data di nascita,indirizzo,telefono,stipendio,diagnosi,numero di passaporto,cartella clinica,matricola dipendente,patente di guida,numero carta,numero di conto',
  nl: 'voornaam,achternaam,geboortedatum,adres,telefoon,salaris,diagnose,paspoortnummer,patiëntnummer,personeelsnummer,rijbewijsnummer,kaartnummer,rekeningnummer',
  pt: 'nome,apelido,data de nascimento,morada,telefone,salário,diagnóstico,número do passaporte,número do paciente,número de funcionário,carta de condução,número do cartão,número da conta',
  pl: 'imię,nazwisko,data urodzenia,adres,telefon,wynagrodzenie,rozpoznanie,numer paszportu,numer pacjenta,numer pracownika,prawo jazdy,numer karty,numer konta',
  sv: 'förnamn,efternamn,födelsedatum,adress,telefon,lön,diagnos,passnummer,patientnummer,anställningsnummer,körkortsnummer,kortnummer,kontonummer',
};

const WRITINGS: readonly (readonly [string, (header: string) => string])[] = [
  ['as headings', (header) => header],
  ['in capitals', (header) => header.toUpperCase()],
  ['as keys with _', (header) => unmarked(header).replaceAll(' ', '_')],
  [
    'as keys in camelCase',
    (header) => unmarked(header).replace(/ (.)/g, (_, letter: string) => letter.toUpperCase()),
  ],
];

test.each(
  Object.entries(HEADERS).flatMap(([language, headers]) =>
    WRITINGS.map(([how, write]) => ({ language, how, headers: headers.split(',').map(write) })),
  ),
)('a table in $language with its headers $how', ({ headers }) => {
  const cells = [0, 1].map((row) => KINDS.map((kind) => String(kind[row + 1])));
  const found = scan(detector, [rows(headers, cells)]).filter(({ confidence }) =>
    atLeast(confidence, 'medium'),
  );
  const columns = KINDS.map(([kind], column) => [headers[column], kind]);
  const missed = columns.filter(([header, kind]) =>
    found.every(
      ({ rule, places }) =>
        kindOf.get(rule) !== kind || !places.some((place) => place.endsWith(`column ${header}`)),
    ),
  );
  expect(missed).toEqual([]);
});

function unmarked(header: string): string {
  return header
    .toLowerCase()
    .replaceAll('ß', 'ss')
    .replaceAll('ł', 'l')
    .normalize('NFD')
    .replace(/\p{M}/gu, '');
}
