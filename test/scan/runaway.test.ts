/** Rules of a user's pack that pass vetting and yet never come to an end cost their own findings, and nothing else. */
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';
import { folderWith, runCli } from '../cli/run-cli.ts';
import { rows } from './estate.ts';

/**
 * Five repeats that can share the same text in some three billion ways, but only where 7 comes behind them: vetting tries them
 * on texts that look around nowhere, and lets them through.
 */
const REPEATS = `(?=(?:no){5,400}[7!])${'(?:no){1,80}'.repeat(5)}`;

const rule = (id: string, part: string, match: string) => `
  - id: ${id}
    title: A code with a pattern that was written carelessly
    kind: project-code
    level: confidential
    regulations: []
    description: A code that is made up.
    ${part}
    matches: [${match}]
    misses: ['job-yes']`;

const files = {
  'config.yaml': `inventory: inventory.db
sources: [{name: here, connector: local, path: tree}]
rules: {packs: [pack.yaml]}
limits: {fileSeconds: 12}
`,
  'pack.yaml': `family: business
rules:${rule('in-text', `text: {patterns: [{regex: 'job-${REPEATS}!', bare: medium}]}`, "'job-nonononono!'")}
${rule('in-column', `column: {headers: [note], cells: '${REPEATS}!'}`, "{header: note, cells: ['nonononono!']}")}
`,
  'tree/a.csv': 'name,email\nAda Quill,ada.quill@quillworks.net\nBo Reed,bo.reed@quillworks.net\n',
  'tree/b.txt': `job-${'no'.repeat(400)}7 and write to cy.dale@quillworks.net\n`,
  'tree/c.csv': `note,email\n${'no'.repeat(400)}7,dee.fox@quillworks.net\n`,
  'tree/d.txt': 'job-nonononono! and write to eve.hart@quillworks.net\n',
};

test('the scan goes on without them, says so for every file that they were wanted in, and ends with 3', async () => {
  using folder = folderWith(files);
  const { code } = await runCli(['scan', '--config', 'config.yaml'], { cwd: folder.path });
  expect(code).toBe(3);

  const inventory = join(folder.path, 'inventory.db');
  const found = rows(inventory, `select uri from findings where rule = 'email' order by uri`);
  expect(found.map(({ uri }) => basename(String(uri)))).toEqual(['a.csv', 'b.txt', 'c.csv', 'd.txt']);
  const gaps = rows(inventory, `select uri, reason, message from gaps order by uri`);
  expect(gaps.map((gap) => ({ ...gap, uri: basename(String(gap.uri)) }))).toEqual(
    [
      ['b.txt', 'in-text'],
      ['c.csv', 'in-column'],
      ['d.txt', 'in-text'],
    ].map(([uri, id]) => ({
      uri,
      reason: 'rule-disabled',
      message: `rule ${id} never came to an end in this run and was left out of the rest`,
    })),
  );
}, 60_000);
