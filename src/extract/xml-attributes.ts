/** The attributes of an XML tag, from how they are written: only what is asked for is made a string. */
import { decodeXML } from 'entities/decode';

/** Attributes by name; of two with the same name the first. */
export function attributesOf(attributes: string): Readonly<Record<string, string>> {
  const values: Record<string, string> = {};
  const add = (name: string, value: string): void => {
    if (!Object.hasOwn(values, name)) values[name] = decoded(value);
  };
  for (let from = 0; from < attributes.length; ) {
    const equals = attributes.indexOf('=', from);
    const end = attributes.charCodeAt(equals + 1) === 0x22 ? attributes.indexOf('"', equals + 2) : -1;
    const name = end === -1 ? '' : attributes.slice(from, equals).trim();
    if (name === '' || /\s/.test(name)) {
      // Not as programs write it.
      for (const [, key = '', double, single, bare] of attributes.slice(from).matchAll(ATTRIBUTE))
        add(key, double ?? single ?? bare ?? '');
      break;
    }
    add(name, attributes.slice(equals + 2, end));
    from = end + 1;
  }
  return values;
}

const ATTRIBUTE = /([^\s=/][^\s=/]*)(?:\s*=\s*(?:"([^"]*)"?|'([^']*)'?|([^\s"'][^\s]*)))?/g;

/** One attribute's value; undefined when it is not there. */
export function attributeOf(attributes: string, name: string): string | undefined {
  for (let from = 0; from < attributes.length; ) {
    const equals = attributes.indexOf('=', from);
    if (equals === -1) return undefined;
    const quote = attributes.charCodeAt(equals + 1);
    const mark = quote === 0x22 ? '"' : quote === 0x27 ? "'" : undefined;
    const end = mark === undefined ? -1 : attributes.indexOf(mark, equals + 2);
    // Spaces around the sign, or no quotes: rare enough.
    if (end === -1) return attributesOf(attributes)[name];
    const start = equals - name.length;
    const ahead = start > from ? attributes.charCodeAt(start - 1) : 0x20;
    if (start >= from && ahead <= 0x20 && attributes.startsWith(name, start))
      return decoded(attributes.slice(equals + 2, end));
    from = end + 1;
  }
  return undefined;
}

/** The five entities of XML and numbers as what they stand for. */
export function decoded(text: string): string {
  return text.includes('&') ? decodeXML(text) : text;
}
