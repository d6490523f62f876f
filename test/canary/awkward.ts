/** Files in which a value stands where software likes to repeat it: in damaged syntax, headers, keys, names of errors. */
import { gzip, zip } from '../../fixtures/estate-parts/archives.ts';
import { type FixtureFile, jsonFile, linesFile, textFile } from '../../fixtures/estate-parts/files.ts';
import { errorOutput, notebookFile } from '../../fixtures/estate-parts/notebook.ts';
import { cardNumber, iban, ssn } from '../../fixtures/estate-parts/numbers.ts';
import { createRandom } from '../../fixtures/estate-parts/random.ts';

export interface Awkward {
  readonly files: readonly FixtureFile[];
  readonly values: readonly string[];
}

/** Each file holds three values of its own. `seed` is any text. */
export function plantAwkward(seed: string): Awkward {
  const values: string[] = [];
  const files = Object.entries(WRITERS).map(([name, write]) => {
    const random = createRandom(`${seed} ${name}`);
    const own = [ssn(random), cardNumber(random), iban(random, 'NL')] as const;
    values.push(...own);
    const written = write(own);
    return typeof written === 'string' ? textFile(name, written) : { path: name, bytes: written };
  });
  return { files, values };
}

type Values = readonly [string, string, string];

const WRITERS: Readonly<Record<string, (values: Values) => string | Uint8Array>> = {
  'header.csv': ([a, b, c]) => `${a},${b},${c}\n1,2,3\n4,5,6\n`,
  'header.html': ([a, b, c]) =>
    `<table><tr><th>${a}</th><th>${b}</th></tr><tr><td>1</td><td>${c}</td></tr></table>`,
  'keys.yaml': ([a, b, c]) => `"${a}":\n  "${b}":\n    - ${c}\n`,
  'keys.ini': ([a, b, c]) => `[${a}]\n${b} = 1\n${c} = 2\n`,
  'keys.xml': ([a, b, c]) => `<a><b id="${a}">${b}</b><!-- ${c} --></a>`,
  'damaged.json': ([a, b, c]) => `{"first": "${a}", "second": ${b} "third": '${c}'`,
  'damaged.jsonl': ([a, b, c]) => `{"first": "${a}"}\n{"second": ${b} ${c}\n{"third": 1}\n`,
  'damaged.ipynb': ([a, b, c]) => `{"cells": [{"source": "${a}"}, ${b}, "nbformat": ${c}`,
  'damaged.yaml': ([a, b, c]) => `first: "${a}\nsecond: [${b}\n\tthird: ${c}: x: y\n`,
  'damaged.xml': ([a, b, c]) => `<a><${a}>${b}</b attribute=${c}>`,
  'damaged.toml': ([a, b, c]) => `first = ${a} ${b}\n[[${c}\n`,
  'damaged.eml': ([a, b, c]) =>
    `Subject: =?utf-8?b?${a}?=\nContent-Type: multipart/mixed; boundary="${b}"\n\n--${c}\n`,
  'damaged.csv': ([a, b, c]) => `id,note\n1,"${a}\n2,${b}"x"\n3,"${c}`,
  'truncated.gz': (values) => gzip(Buffer.from(values.join('\n').repeat(500))).subarray(0, -40),
  'damaged.zip': (values) => {
    const bytes = zip([linesFile('notes.txt', values)]);
    return Buffer.from(bytes).fill(0, 45, 55);
  },
  'error.ipynb': ([a, b, c]) =>
    notebookFile('', [{ source: 'run()', outputs: [errorOutput(`Error ${a}`, `no row ${b} in ${c}`)] }])
      .bytes,
  'metadata.ipynb': ([a, b, c]) =>
    jsonFile('', {
      metadata: { [a]: b },
      nbformat: 4,
      nbformat_minor: 4,
      cells: [{ cell_type: c, source: 7 }],
    }).bytes,
};
