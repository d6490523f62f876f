import { expect, test } from 'vitest';
import type { Asset } from '../../src/connector.ts';
import type { KnownAsset, KnownContent } from '../../src/inventory/types.ts';
import { type PlanInput, planAsset } from '../../src/plan.ts';

const asset: Asset = {
  container: 'c',
  key: 'a.txt',
  uri: 'file:///a.txt',
  path: 'a.txt',
  name: 'a.txt',
  size: 3,
  version: 'v1',
  modifiedAt: null,
  owner: null,
  mediaType: null,
  access: null,
};
const content: KnownContent = {
  contentId: 7,
  coverage: 'full',
  size: 3,
  sha256: null,
  current: true,
  findings: [],
};
const known = (more: Partial<KnownAsset> = {}): KnownAsset => ({
  assetId: 1,
  version: 'v1',
  coverage: 'full',
  contentId: 7,
  opened: true,
  current: true,
  removed: false,
  metadataCurrent: true,
  ...more,
});
const plan = (more: Partial<PlanInput>) =>
  planAsset({
    asset,
    known: undefined,
    rehash: false,
    sameContent: () => undefined,
    depth: 'full',
    full: false,
    policyChanged: false,
    excluded: false,
    ...more,
  });

test('what is new is read', () => {
  expect(plan({})).toEqual({ action: 'read' });
});

test('the same version under the same rules is not touched', () => {
  expect(plan({ known: known() })).toEqual({ action: 'unchanged' });
});

test('another version, other rules, a return, or --full is read again', () => {
  expect(plan({ known: known({ version: 'v0' }) }).action).toBe('read');
  expect(plan({ known: known({ current: false }) }).action).toBe('read');
  expect(plan({ known: known({ removed: true }) }).action).toBe('read');
  expect(plan({ known: known(), full: true }).action).toBe('read');
});

test('another policy, access or name rule writes the asset anew without reading it', () => {
  expect(plan({ known: known(), policyChanged: true })).toEqual({ action: 'link', contentId: 7 });
  expect(plan({ known: known({ metadataCurrent: false }) })).toEqual({ action: 'link', contentId: 7 });
});

test('what nobody has opened stays so at depth metadata, however its place or the policy changes', () => {
  const listed = known({ opened: false, coverage: 'metadata', metadataCurrent: false });
  expect(plan({ known: listed, depth: 'metadata' })).toEqual({ action: 'metadata', gaps: [] });
  expect(plan({ known: known({ metadataCurrent: false }), depth: 'metadata' })).toEqual({
    ...{ action: 'link', contentId: 7 },
  });
});

test('what lacks a digest that is wanted is read once more, where it is read whole', () => {
  expect(plan({ known: known(), rehash: true })).toEqual({ action: 'read' });
  expect(plan({ known: known(), rehash: true, depth: 'metadata' })).toEqual({ action: 'unchanged' });
  expect(plan({ known: known(), rehash: true, depth: 'sample' })).toEqual({ action: 'unchanged' });
});

test('known bytes at a new place are not read, unless the rules have changed since', () => {
  expect(plan({ sameContent: () => content })).toEqual({ action: 'link', contentId: 7 });
  expect(plan({ sameContent: () => ({ ...content, current: false }) }).action).toBe('read');
});

test('depth metadata opens nothing, and keeps what an earlier scan read', () => {
  expect(plan({ depth: 'metadata' })).toEqual({ action: 'metadata', gaps: [] });
  expect(plan({ depth: 'metadata', known: known() })).toEqual({ action: 'unchanged' });
});

test('what could not be opened last time is tried again', () => {
  expect(plan({ known: known({ contentId: null, coverage: 'none' }) }).action).toBe('read');
});

test('a pipe is listed by design and an archived object is a gap', () => {
  const unread = (reason: 'not-regular' | 'archived') => ({
    asset: { ...asset, unread: { reason, message: 'm' } },
  });
  expect(plan(unread('not-regular')).action).toBe('metadata');
  expect(plan(unread('archived')).action).toBe('gap');
});

test('what a glob leaves out is never opened', () => {
  expect(plan({ excluded: true, full: true }).action).toBe('metadata');
});
