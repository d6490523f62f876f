/** Where each record stands in each planted fixture. A format without a fixture here is not proved to be read. */

/** The fields of a record, as in `fixtures/people.json`. */
export const FIELDS = ['name', 'email', 'phone', 'ssn', 'card', 'dob'] as const;
export type Field = (typeof FIELDS)[number];

/** The place of a field of the record at `index` (0 to 19), as findings name it. */
type Place = (index: number, field: Field) => string;

const line: Place = (index) => `line ${index + 1}`;
const cell: Place = (index, field) => `row ${index + 1}, column ${field}`;
const within =
  (label: string, place: Place): Place =>
  (index, field) =>
    `${label} ${place(index, field)}`;

/** Places by the fixture's file name. `writer/` says which program wrote it. */
export const PLACES: Readonly<Record<string, Place>> = {
  'text.txt': line,
  'utf-16.txt': line,
  'latin-1.txt': line,
  'service.log': line,
  'tables.toml': (index, field) => `$.people[${index}].${field}`,
  'list.yaml': (index, field) => `$.people[${index}].${field}`,
  'sections.ini': (index, field) => `$.person ${index + 1}.${field}`,
  'variables.env': (index, field) => `$.PERSON${index + 1}_${field.toUpperCase()}`,
  'cards.vcf': (index, field) =>
    `line ${index * 9 + { name: 4, email: 5, phone: 6, dob: 7, ssn: 8, card: 8 }[field]}`,
  'calendar.ics': (index, field) =>
    `line ${index * 9 + { name: 6, email: 7, dob: 8, phone: 8, ssn: 9, card: 10 }[field]}`,
  'dump.sql': within('table people', cell),
  'comma.csv': cell,
  'semicolon.csv': cell,
  'tab.tsv': cell,
  'pipe.psv': cell,
  'binary.plist': (index, field) => `$.people[${index}].${field}`,
  'people.json': (index, field) => `$[${index}].${field}`,
  'array.json': (index, field) => `$.people[${index}].${field}`,
  'chat.json': (index) => `$.messages[${index}].content`,
  'lines.jsonl': (index, field) => `line ${index + 1} $.${field}`,
  'notebook.ipynb': (index, field) =>
    index < 10 ? `cell 1 line ${index + 1}` : `cell 2 output 1 table 1 ${cell(index - 10, field)}`,
  'notebook-v3.ipynb': within('cell 1 output 1', line),
  'page.html': within('table 1', cell),
  // The line at which the record begins.
  'elements.xml': (index, field) =>
    `line ${index * 7 + 3} /people/person/${field === 'dob' ? '@dob' : field}`,
  'mail.eml': (index, field) =>
    index < 10 ? `body line ${index + 1}` : `mail.eml!/list.csv ${cell(index - 10, field)}`,
  'mail.msg': (index, field) =>
    index < 10 ? `body line ${index + 1}` : `mail.msg!/list.csv ${cell(index - 10, field)}`,
  'box.mbox': (index, field) =>
    index < 10
      ? `message ${index + 1} body line 1`
      : `box.mbox!/message ${index + 1}!/list.csv ${cell(0, field)}`,
  'pages.pdf': (index, field) => `page ${index < 10 ? 1 : 2} line ${(index % 10) * 3 + third(field)}`,
  'lines.pdf': (index, field) => {
    const at = index * 3 + third(field);
    return at <= 34 ? `page 1 line ${at}` : `page 2 line ${at - 34}`;
  },
  'snappy.parquet': cell,
  'zstd.parquet': cell,
  'table.orc': cell,
  'table.lance': cell,
  'table-2.0.lance': cell,
  'table-2.2.lance': cell,
  'table.dta': cell,
  'table.sav': cell,
  'office.dbf': (index, field) => `row ${index + 1}, column ${field.toUpperCase()}`,
  'table.avro': cell,
  'table.feather': cell,
  'lz4.arrow': cell,
  // Its documents; where Chroma has them once more for searching they are found as well.
  'chroma.sqlite3': (index) => `table embedding_metadata row ${index + 1}, column string_value`,
  'table.sqlite': within('table people', cell),
  'comma.csv.gz': cell,
  'comma.csv.zst': cell,
  'comma.csv.bz2': cell,
  'comma.csv.xz': cell,
  'comma.csv.lz4': cell,
  'packed.tar': within(`packed.tar!/in/${'deep/'.repeat(40)}comma.csv`, cell),
  'packed.tar.gz': within('packed.tar.gz!/text.txt', line),
  'packed.zip': within('packed.zip!/inner.tar.gz!/text.txt', line),
  'packed.7z': within('packed.7z!/comma.csv', cell),
  'document.pages': within('document.pages!/Index/Document.iwa', line),
  'book.epub': within('chapter 1 table 1', cell),
  'workbook.xlsx': (index, field) =>
    index < 10 ? `sheet People ${cell(index, field)}` : `sheet Hidden ${cell(index - 10, field)}`,
  'binary.xlsb': within('sheet People', cell),
  'office.xlsx': within('sheet office', cell),
  'office.xls': within('sheet office', cell),
  'office.ods': within('table office', cell),
  'table.docx': within('table 1', cell),
  'page.docx': line,
  'run.wandb': (index) => `record ${index < 10 ? index + 2 : index + 3}`,
  'photo.jpg': () => 'picture description',
  'scan.png': () => 'picture description',
  'scan.tiff': () => 'picture description',
  'phone.heic': () => 'picture description',
  'web.webp': () => 'picture description',
  'page.odt': line,
  'page.rtf': line,
  'page.doc': line,
  'slides.odp': (index) => `slide ${index + 1} line 1`,
  'slides.ppt': (index) => `slide ${index + 1} line 1`,
  'slides.pptx': (index) => `slide ${index + 1} line 1`,
  'metadata.safetensors': (index) => `header $.__metadata__.example_${index}`,
  'table.md': within('table 1', cell),
  'protocol-2.pkl': pickledAfter(0),
  'protocol-4.pkl': pickledAfter(0),
  'table.h5': (index, field) => `dataset ${field} ${cell(index, field)}`,
  'columns.npz': (index, field) => `columns.npz!/${field}.npy ${cell(index, field)}`,
  'sentences.npy': (index) => `row ${index + 1}, column sentences`,
  'objects.npy': pickledAfter(8),
  'metadata.gguf': (index) => `metadata examples[${index}]`,
  'doc.onnx': within('graph doc_string', line),
  'study.dcm': () => 'tag PatientComments',
};

/** Pickles write keys once, before the first record's values; `strings` of them come before all records. */
function pickledAfter(strings: number): Place {
  return (index, field) => {
    const at = FIELDS.indexOf(field);
    return `strings row ${strings + (index === 0 ? 2 * at + 2 : 6 * index + 7 + at)}, column 1`;
  };
}

/** On paper each record has three lines. */
function third(field: Field): number {
  return { name: 1, dob: 1, email: 2, phone: 2, ssn: 3, card: 3 }[field];
}

/**
 * Fields that a fixture's findings are sure of, where the format's reader does not tell which column a value is in; all others are sure
 * of every field but the name.
 */
export const SURE: Readonly<Record<string, readonly Field[]>> = {
  'protocol-2.pkl': ['email', 'ssn'],
  'protocol-4.pkl': ['email', 'ssn'],
  'objects.npy': ['email', 'ssn'],
};

/** Fixtures that no reader reads yet: gaps that say so. One that is read now moves up, with its places. */
export const UNREAD: readonly string[] = [];
