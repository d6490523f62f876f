/** Names in the XML of office documents as their standards write them, whatever prefixes a program chose: `x:row` and `ns0:p` are `row` and `w:p`. */
import { attributesOf } from './xml-attributes.ts';
import { type XmlSink, XmlTokens } from './xml-tokens.ts';

/** By namespace (ECMA-376 and its strict form, OpenDocument 1.3): the prefix that readers know it by; '' for none. */
const PREFIXES: Readonly<Record<string, string>> = {
  'http://schemas.openxmlformats.org/spreadsheetml/2006/main': '',
  'http://purl.oclc.org/ooxml/spreadsheetml/main': '',
  'http://schemas.openxmlformats.org/package/2006/relationships': '',
  'http://schemas.openxmlformats.org/officeDocument/2006/relationships': 'r',
  'http://purl.oclc.org/ooxml/officeDocument/relationships': 'r',
  'http://schemas.openxmlformats.org/wordprocessingml/2006/main': 'w',
  'http://purl.oclc.org/ooxml/wordprocessingml/main': 'w',
  'http://schemas.openxmlformats.org/presentationml/2006/main': 'p',
  'http://purl.oclc.org/ooxml/presentationml/main': 'p',
  'http://schemas.openxmlformats.org/drawingml/2006/main': 'a',
  'http://purl.oclc.org/ooxml/drawingml/main': 'a',
  'http://schemas.openxmlformats.org/officeDocument/2006/math': 'm',
  'http://purl.oclc.org/ooxml/officeDocument/math': 'm',
  'urn:oasis:names:tc:opendocument:xmlns:office:1.0': 'office',
  'urn:oasis:names:tc:opendocument:xmlns:text:1.0': 'text',
  'urn:oasis:names:tc:opendocument:xmlns:table:1.0': 'table',
  'urn:oasis:names:tc:opendocument:xmlns:drawing:1.0': 'draw',
  'urn:oasis:names:tc:opendocument:xmlns:presentation:1.0': 'presentation',
  'http://www.w3.org/1999/xlink': 'xlink',
};

/** Tokens whose names have the prefixes of the standards. Programs declare theirs at the root. */
export function officeTokens(sink: XmlSink): XmlTokens {
  let own: ReadonlyMap<string, string> | undefined;
  return new XmlTokens({
    ...sink,
    open(name, attributes) {
      own ??= declaredIn(attributes);
      if (own.size === 0) sink.open(name, attributes);
      else sink.open(renamed(own, name), withNames(own, attributes));
    },
    close: (name) => sink.close(own === undefined || own.size === 0 ? name : renamed(own, name)),
  });
}

/** Prefixes that are not those of the standards, and these. */
function declaredIn(attributes: string): ReadonlyMap<string, string> {
  const own = new Map<string, string>();
  if (!attributes.includes('xmlns')) return own;
  for (const [name, value] of Object.entries(attributesOf(attributes))) {
    const prefix = name === 'xmlns' ? '' : name.startsWith('xmlns:') ? name.slice(6) : undefined;
    const standard = Object.hasOwn(PREFIXES, value) ? PREFIXES[value] : undefined;
    if (prefix !== undefined && standard !== undefined && standard !== prefix) own.set(prefix, standard);
  }
  return own;
}

function renamed(own: ReadonlyMap<string, string>, name: string): string {
  const colon = name.indexOf(':');
  const standard = own.get(name.slice(0, Math.max(0, colon)));
  if (standard === undefined) return name;
  const local = name.slice(colon + 1);
  return standard === '' ? local : `${standard}:${local}`;
}

/** An attribute without a prefix is in no namespace, whatever the default one is. */
function withNames(own: ReadonlyMap<string, string>, attributes: string): string {
  if (!attributes.includes(':')) return attributes;
  return attributes.replace(PREFIXED, (written, name: string) => written.replace(name, renamed(own, name)));
}

const PREFIXED = /(?<=^|\s)([^\s=:"']+:[^\s="']+)\s*=\s*(?:"[^"]*"|'[^']*')/g;
