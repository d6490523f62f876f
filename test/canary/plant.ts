/** Files of many formats with invented values planted in them, and where each value must be found. */
import { gzip, tar, zip } from '../../fixtures/estate-parts/archives.ts';
import {
  type FixtureFile,
  jsonFile,
  jsonLinesFile,
  latin1File,
  linesFile,
  tableText,
  textFile,
  utf16File,
} from '../../fixtures/estate-parts/files.ts';
import { htmlFrame, notebookFile, streamOutput } from '../../fixtures/estate-parts/notebook.ts';
import { cardNumber, iban, ssn } from '../../fixtures/estate-parts/numbers.ts';
import { person } from '../../fixtures/estate-parts/people.ts';
import { createRandom, DIGITS, type Random } from '../../fixtures/estate-parts/random.ts';

/** One planted value. */
export interface Canary {
  readonly value: string;
  readonly kind: string;
  readonly file: string;
  /** As `findings.places` must list it. */
  readonly place: string;
}

export interface Plantation {
  readonly files: readonly FixtureFile[];
  readonly canaries: readonly Canary[];
}

/** A finding lists its first 15 places, so no file holds more values of a kind. */
const VALUES_PER_FILE = 10;

/** The kinds planted, each with a label that every table, key and sentence gives it. */
const KINDS = [
  { kind: 'email', label: 'email', make: email },
  { kind: 'us-ssn', label: 'ssn', make: ssn },
  { kind: 'credit-card', label: 'card_number', make: cardNumber },
  { kind: 'iban', label: 'iban', make: (random: Random) => iban(random, 'DE') },
] as const;

interface Planter {
  readonly name: string;
  /** The file's content. `label` says what the values are. */
  write(name: string, values: readonly string[], label: string): FixtureFile;
  /** Place of the value at `index` (from 0). */
  place(index: number, label: string): string;
}

/** One file for each planter, ten values in each. `seed` is any text. */
export function plant(seed: string): Plantation {
  const files: FixtureFile[] = [];
  const canaries: Canary[] = [];
  PLANTERS.forEach((planter, index) => {
    const { kind, label, make } = KINDS[index % KINDS.length] ?? KINDS[0];
    const random = createRandom(`${seed} ${planter.name}`);
    const values = Array.from({ length: VALUES_PER_FILE }, () => make(random));
    const file = planter.write(planter.name, values, label);
    files.push(file);
    values.forEach((value, at) => {
      canaries.push({ value, kind, file: file.path, place: planter.place(at, label) });
    });
  });
  return { files, canaries };
}

const line = (index: number): string => `line ${index + 1}`;
const sentence = (value: string, label: string): string =>
  `The ${label.replace('_', ' ')} on file is ${value} as of today.`;
const sentences = (values: readonly string[], label: string): readonly string[] =>
  values.map((value) => sentence(value, label));
const text = (values: readonly string[], label: string): string => `${sentences(values, label).join('\n')}\n`;
const table = (values: readonly string[], label: string, delimiter: string): string =>
  tableText(
    values.map((value, index) => ({ visit: `v${index}`, [label]: value, remark: 'seen' })),
    delimiter,
  );
const cell = (index: number, label: string): string => `row ${index + 1}, column ${label}`;

const PLANTERS: readonly Planter[] = [
  { name: 'utf-8.txt', write: (name, values, label) => textFile(name, text(values, label)), place: line },
  {
    name: 'utf-8-bom.txt',
    write: (name, values, label) => textFile(name, `\ufeff${text(values, label)}`),
    place: line,
  },
  { name: 'utf-16le.txt', write: (name, values, label) => utf16File(name, text(values, label)), place: line },
  {
    name: 'utf-16be.txt',
    write: (name, values, label) => bigEndian(utf16File(name, text(values, label))),
    place: line,
  },
  {
    name: 'latin-1.txt',
    write: (name, values, label) => latin1File(name, text(values, label).replaceAll('today', 'café')),
    place: line,
  },
  {
    name: 'comma.csv',
    write: (name, values, label) => textFile(name, table(values, label, ',')),
    place: cell,
  },
  {
    name: 'tab.tsv',
    write: (name, values, label) => textFile(name, table(values, label, '\t')),
    place: cell,
  },
  {
    name: 'semicolon.csv',
    write: (name, values, label) => utf16File(name, table(values, label, ';')),
    place: cell,
  },
  {
    name: 'records.json',
    write: (name, values, label) =>
      jsonFile(name, { visits: values.map((value) => ({ seen: true, who: { [label]: value } })) }),
    place: (index, label) => `$.visits[${index}].who.${label}`,
  },
  {
    name: 'lines.jsonl',
    write: (name, values, label) =>
      jsonLinesFile(
        name,
        values.map((value) => ({ who: { [label]: value } })),
      ),
    place: (index, label) => `line ${index + 1} $.who.${label}`,
  },
  {
    name: 'source.ipynb',
    write: (name, values, label) =>
      notebookFile(
        name,
        values.map((value) => ({ source: `# ${sentence(value, label)}`, outputs: [] })),
      ),
    place: (index) => `cell ${index + 1} line 1`,
  },
  {
    name: 'output.ipynb',
    write: (name, values, label) =>
      notebookFile(name, [{ source: 'show()', outputs: [streamOutput(text(values, label))] }]),
    place: (index) => `cell 1 output 1 line ${index + 1}`,
  },
  {
    name: 'frame.ipynb',
    write: (name, values, label) =>
      notebookFile(name, [
        { source: 'df', outputs: [htmlFrame(values.map((value) => ({ [label]: value })))] },
      ]),
    place: (index, label) => `cell 1 output 1 table 1 ${cell(index, label)}`,
  },
  {
    name: 'packed.txt.gz',
    write: (path, values, label) => ({ path, bytes: gzip(Buffer.from(text(values, label))) }),
    place: line,
  },
  {
    name: 'packed.zip',
    write: (path, values, label) => ({ path, bytes: zip([textFile('in/notes.txt', text(values, label))]) }),
    place: (index) => `packed.zip!/in/notes.txt ${line(index)}`,
  },
  {
    name: 'packed.tar',
    write: (path, values, label) => ({
      path,
      bytes: tar([textFile('in/rows.csv', table(values, label, ','))]),
    }),
    place: (index, label) => `packed.tar!/in/rows.csv ${cell(index, label)}`,
  },
  {
    name: 'packed.tar.gz',
    write: (path, values, label) => ({
      path,
      bytes: gzip(tar([textFile('notes.txt', text(values, label))])),
    }),
    place: (index) => `packed.tar.gz!/notes.txt ${line(index)}`,
  },
  {
    name: 'nested.zip',
    write: (path, values, label) => {
      const inner = gzip(tar([textFile('deep.txt', text(values, label))]));
      return { path, bytes: zip([{ path: 'inner.tar.gz', bytes: inner }]) };
    },
    place: (index) => `nested.zip!/inner.tar.gz!/deep.txt ${line(index)}`,
  },
  {
    name: 'one-line.txt',
    write: (name, values, label) =>
      textFile(
        name,
        sentences(values, label)
          .map((each) => each + ' and so on'.repeat(6000))
          .join(' '),
      ),
    place: () => 'line 1',
  },
  {
    name: 'keys.json',
    write: (name, values) =>
      jsonFile(name, { seen: Object.fromEntries(values.map((value) => [value, true])) }),
    place: (index) => `$.seen[${index}]`,
  },
  {
    name: 'headerless.csv',
    write: (name, values) =>
      linesFile(
        name,
        values.map((value, index) => `v${index},${value},seen`),
      ),
    place: (index) => `row ${index + 1}, column 2`,
  },
  {
    name: 'windows.log',
    write: (name, values, label) =>
      linesFile(
        name,
        sentences(values, label).map((each) => `2026-09-14 10:15:00 WARN ${each}\r`),
      ),
    place: line,
  },
];

function email(random: Random): string {
  return person(random).email.replace('@', `.${random.text(DIGITS, 6)}@`);
}

function bigEndian({ path, bytes }: FixtureFile): FixtureFile {
  return { path, bytes: Buffer.from(bytes).swap16() };
}
