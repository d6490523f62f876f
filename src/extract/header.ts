/** Whether a table's first row names its columns, and which of its cells may be shown as names. */

/** Longest text that still is a name. */
const NAME_CHARS = 64;

/**
 * True for text that may name a column or a key. Text that could be a value itself (an address, a number, a long
 * sentence) may not, because names are stored in places and values never are.
 */
export function isName(text: string): boolean {
  if (text.length > NAME_CHARS) return false;
  let digits = 0;
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    if (code === 0x40 || code === 0x0a || code === 0x0d || code === 0) return false;
    if (code >= 0x30 && code <= 0x39) digits += 1;
  }
  return digits < 4;
}

/**
 * The columns' names when `rows[0]` is a header, else undefined. A name that may not be shown is left empty.
 * A header is a row of distinct words that does not come again below, with at least one sign that it is not data:
 * a usual heading, a spelling that only headings have, or a column of numbers under a word.
 */
export function headerOf(rows: readonly (readonly string[])[]): readonly string[] | undefined {
  const [first, ...rest] = rows;
  if (first === undefined) return undefined;
  const cells = first.map((cell) => cell.trim());
  const filled = cells.filter((cell) => cell !== '');
  const names = filled.filter((cell) => isName(cell) && /^[\p{L}_#$%(*]/u.test(cell));
  const width = Math.max(0, ...rest.map((row) => row.length));
  if (names.length === 0 || names.length * 2 < filled.length || filled.length * 2 < width) return undefined;
  if (new Set(names).size * 2 < names.length || cells.some((cell) => cell.includes('@'))) return undefined;
  if (cells.some((cell, i) => cell.length > 1 && rest.some((row) => row[i]?.trim() === cell)))
    return undefined;
  const sure =
    names.some((name) => HEADING.test(name) || HEADING_SPELLING.test(name)) || contrasts(cells, rest);
  return sure ? cells.map((cell) => (isName(cell) ? cell : '')) : undefined;
}

/** Words that head columns, as whole words or parts of `First Name`, in the languages exports come in. */
const HEADING =
  /(?:^|[\s_.-])(?:id|name|nom|nome|nombre|naam|vorname|nachname|surname|e?-?mail|date|datum|fecha|data|phone|telefon|tel|mobile|address|adresse|stra(?:ss|ß)e|city|stadt|ort|ville|state|zip|plz|postcode|country|land|pays|type|typ|status|amount|betrag|price|preis|total|value|wert|code|number|nummer|no|nr|title|titel|description|text|label|category|kategorie|user|username|key|password|url|link|notes?|comments?|gender|sex|age|dob|birthday|ssn|company|firma|department|role|salary|account|iban|card|message|question|answer|prompt|response|content|source|target|count|score|rank|year|month|day|time|timestamp|created|updated|patient|diagnosis|customer|kunde|client|product|order|invoice|quantity|currency|language|gene|sample|file|path|size|pr[ée]nom|apellidos?|cognome|voornaam|achternaam|imi[ęe]|nazwisko|sobrenome|apelido|namn|f[öo]rnamn|efternamn|naissance|nacimiento|nascita|geboortedatum|geburtsdatum|nascimento|urodzenia|f[öo]delsedatum|t[ée]l[ée]phone|tel[ée]fono|telefone|telefoon|correo|courriel|direcci[óo]n|indirizzo|adres|adress|endere[çc]o|morada|ciudad|citt[àa]|cidade|stad|woonplaats|miasto|comune|n[úu]mero|num[ée]ro|numer)(?:$|[\s_.-]|\d)/i;

/** `snake_case`, `camelCase`, `dotted.name`. */
const HEADING_SPELLING = /^[a-z][a-z0-9]*(?:[_.][a-z0-9]+)+$|^[a-z]+[A-Z][A-Za-z]*$|^[A-Z]+(?:_[A-Z0-9]+)+$/;

/** True when some column below is of numbers, dates or addresses and its first cell is a word. */
function contrasts(cells: readonly string[], rows: readonly (readonly string[])[]): boolean {
  return cells.some((cell, i) => {
    const below = rows.map((row) => row[i]?.trim() ?? '').filter((text) => text !== '');
    if (below.length === 0 || !isName(cell) || !/\p{L}/u.test(cell)) return false;
    const numbers = below.every((text) => /^[\d.,:+\-/ ]+$/.test(text));
    return numbers || (!/\d/.test(cell) && below.every((text) => /[\d@]/.test(text)));
  });
}
