/** `binary.xlsb`, by npm's xlsx 0.18.5: `npm install xlsx` somewhere else, then `node binary.mjs` from there. */
import { readFileSync } from 'node:fs';
import XLSX from 'xlsx';

const people = JSON.parse(readFileSync(new URL('../fixtures/people.json', import.meta.url), 'utf8'));
const FIELDS = ['name', 'email', 'phone', 'ssn', 'card', 'dob'];
const book = XLSX.utils.book_new();
const rows = people.map((person) => Object.fromEntries(FIELDS.map((field) => [field, person[field]])));
XLSX.utils.book_append_sheet(book, XLSX.utils.json_to_sheet(rows), 'People');
XLSX.writeFile(book, new URL('../fixtures/binary.xlsb', import.meta.url).pathname, { bookType: 'xlsb' });
