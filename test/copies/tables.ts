/** Invented client tables, written in the formats that people keep them in. */
import { Buffer } from 'node:buffer';
import Database from 'better-sqlite3';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { zipOf } from '../extract/zip-fixture.ts';

export interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

const FIRST = [
  'Ada',
  'Bruno',
  'Chiara',
  'Dmitri',
  'Elif',
  'Farid',
  'Greta',
  'Hanako',
  'Ivo',
  'Jana',
  'Kofi',
  'Lena',
];
const LAST = [
  'Quill',
  'Marsh',
  'Okoro',
  'Fenner',
  'Brandt',
  'Silva',
  'Novak',
  'Ishida',
  'Larsen',
  'Petit',
  'Rossi',
];
const CITY = ['Springfield', 'Riverton', 'Fairview', 'Ashland', 'Kingston', 'Milford', 'Newport', 'Salem'];
const PLAN = ['basic', 'plus', 'premium'];

/** Customers who differ from those of another seed in all but what is usual; the same seed gives the same ones. */
export function customers(count: number, seed: string): Table {
  const random = numbersFrom(seed);
  const pick = (list: readonly string[]) => list[random(list.length)]!;
  const rows = Array.from({ length: count }, (_, index) => {
    const [first, last] = [pick(FIRST), pick(LAST)];
    const day = `${1940 + random(60)}-${two(1 + random(12))}-${two(1 + random(28))}`;
    return [
      String(index + 1),
      first,
      last,
      `${first}.${last}${random(90_000)}@${seed}.example`.toLowerCase(),
      `${two(2 + random(7))}${random(10)}-${two(11 + random(88))}-${1000 + random(9000)}`,
      day,
      pick(CITY),
      pick(PLAN),
      `${random(5000)}.${random(2) === 0 ? '50' : '25'}`,
      random(2) === 0 ? 'true' : 'false',
    ];
  });
  const columns = [
    'id',
    'first_name',
    'last_name',
    'email',
    'ssn',
    'birth_date',
    'city',
    'plan',
    'balance',
    'active',
  ];
  return { columns, rows };
}

export function pickRows({ columns, rows }: Table, keep: (index: number) => boolean): Table {
  return { columns, rows: rows.filter((_, index) => keep(index)) };
}

/** `order`: names of the columns that stay. */
export function pickColumns({ columns, rows }: Table, order: readonly string[]): Table {
  const at = order.map((name) => columns.indexOf(name));
  return { columns: order, rows: rows.map((row) => at.map((index) => row[index]!)) };
}

export function toCsv({ columns, rows }: Table, delimiter = ','): Buffer {
  return Buffer.from([columns, ...rows].map((row) => row.join(delimiter)).join('\n'));
}

/** One object a line, numbers and truth values as such. */
export function toJsonl({ columns, rows }: Table): Buffer {
  return Buffer.from(
    rows
      .map((row) => JSON.stringify(Object.fromEntries(columns.map((name, i) => [name, typed(row[i]!)]))))
      .join('\n'),
  );
}

/** What an assistant is trained with: the customers are in the prompts. */
export function toPrompts({ rows }: Table): Buffer {
  const lines = rows.map(([, first, last, email, ssn]) =>
    JSON.stringify({
      prompt: `Write to ${first} ${last} at ${email} about the account. Social security number: ${ssn}.`,
      completion: `Dear ${first}, thank you for being with us.`,
    }),
  );
  return Buffer.from(lines.join('\n'));
}

export function toParquet({ columns, rows }: Table): Buffer {
  const columnData = columns.map((name, i) => {
    const data = rows.map((row) => typed(row[i]!));
    const type = typeof data[0] === 'number' ? 'DOUBLE' : typeof data[0] === 'boolean' ? 'BOOLEAN' : 'STRING';
    return { name, data, type } as const;
  });
  return Buffer.from(parquetWriteBuffer({ columnData }));
}

/** One sheet, numbers as numbers and text inline. */
export function toXlsx({ columns, rows }: Table): Buffer {
  const cell = (value: string) => {
    const known = typed(value);
    return typeof known === 'number'
      ? `<c><v>${known}</v></c>`
      : `<c t="inlineStr"><is><t>${value}</t></is></c>`;
  };
  const sheet = [columns, ...rows].map((row) => `<row>${row.map(cell).join('')}</row>`).join('');
  const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
  const relations = 'http://schemas.openxmlformats.org/package/2006/relationships';
  const office = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
  const types = 'http://schemas.openxmlformats.org/package/2006/content-types';
  const of = 'application/vnd.openxmlformats-officedocument.spreadsheetml';
  const files = {
    '[Content_Types].xml': `<Types xmlns="${types}"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="${of}.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="${of}.worksheet+xml"/></Types>`,
    '_rels/.rels': `<Relationships xmlns="${relations}"><Relationship Id="r1" Type="${office}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    'xl/workbook.xml': `<workbook xmlns="${main}" xmlns:r="${office}"><sheets><sheet name="Customers" sheetId="1" r:id="r1"/></sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': `<Relationships xmlns="${relations}"><Relationship Id="r1" Type="${office}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`,
    'xl/worksheets/sheet1.xml': `<worksheet xmlns="${main}"><sheetData>${sheet}</sheetData></worksheet>`,
  };
  return zipOf(Object.entries(files).map(([name, text]) => ({ name, data: Buffer.from(text) })));
}

/** A notebook in which somebody looked at the first rows, as Jupyter saves it. */
export function toNotebook(table: Table): Buffer {
  const cells = (row: readonly string[], tag: string) =>
    row.map((value) => `<${tag}>${value}</${tag}>`).join('');
  const body = table.rows.map((row, i) => `<tr><th>${i}</th>${cells(row, 'td')}</tr>`).join('\n');
  const html = `<table border="1" class="dataframe"><thead><tr><th></th>${cells(table.columns, 'th')}</tr></thead><tbody>${body}</tbody></table>`;
  return Buffer.from(
    JSON.stringify({
      cells: [
        {
          cell_type: 'code',
          metadata: {},
          execution_count: 1,
          source: ["df = pd.read_csv('x.csv')\n", 'df.head()'],
          outputs: [
            {
              output_type: 'execute_result',
              execution_count: 1,
              metadata: {},
              data: { 'text/html': [html] },
            },
          ],
        },
      ],
      metadata: { kernelspec: { name: 'python3', display_name: 'Python 3' } },
      nbformat: 4,
      nbformat_minor: 5,
    }),
  );
}

export function toSqlite({ columns, rows }: Table): Buffer {
  const db = new Database(':memory:');
  try {
    db.exec(`create table customers (${columns.join(', ')})`);
    const insert = db.prepare(`insert into customers values (${columns.map(() => '?').join(', ')})`);
    db.transaction(() => {
      for (const row of rows) insert.run(row.map((value) => Number(typed(value)) || value));
    })();
    return db.serialize();
  } finally {
    db.close();
  }
}

function typed(value: string): string | number | boolean {
  if (value === 'true' || value === 'false') return value === 'true';
  return /^\d+(?:\.\d+)?$/.test(value) ? Number(value) : value;
}

function two(number: number): string {
  return String(number).padStart(2, '0');
}

/** A generator of whole numbers below a limit, the same for the same seed (mulberry32). */
export function numbersFrom(seed: string): (limit: number) => number {
  let state = [...seed].reduce(
    (sum, character) => Math.imul(sum ^ character.charCodeAt(0), 16777619),
    2166136261,
  );
  return (limit) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  };
}
