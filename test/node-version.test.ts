import { readFileSync } from 'node:fs';
import process from 'node:process';
import { expect, test } from 'vitest';
import { nodeTooOld } from '../src/node-version.ts';

test.each(['18.20.8', '20.20.2', '22.21.0', '24.15.9'])('Node.js %s is told what to do', (version) => {
  expect(nodeTooOld(version)).toContain(`this is ${version}; install it from`);
});

test.each(['24.16.0', '24.21.0', '25.0.0', process.versions.node])('Node.js %s will do', (version) => {
  expect(nodeTooOld(version)).toBeUndefined();
});

test('it is the version that package.json asks for', () => {
  const { engines } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  const [, oldest = ''] = /^>=(\d+\.\d+\.0)$/.exec(engines.node) ?? [];
  expect(nodeTooOld(oldest)).toBeUndefined();
  const [major, minor] = oldest.split('.').map(Number);
  expect(nodeTooOld(`${major}.${(minor ?? 0) - 1}.0`)).toBeDefined();
});
