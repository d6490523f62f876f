/** The shape of a rule pack file, as zod checks it; what a schema cannot say is in load-pack.ts. */
import { z } from 'zod';
import { CONFIDENCES, LEVELS } from '../model.ts';
import { FAMILIES } from '../rule.ts';

const confidence = z.enum(CONFIDENCES);
const words = z.array(z.string().min(1)).readonly();
const regex = z.string().min(1);

const text = z.strictObject({
  patterns: z
    .array(z.strictObject({ regex, bare: confidence.optional(), context: confidence.optional() }))
    .min(1),
  validate: z.string().optional(),
  context: words.optional(),
  negative: words.optional(),
  deny: words.optional(),
  minDistinct: z.int().min(1).optional(),
});

const column = z.strictObject({
  // An empty one stands for columns without a name.
  headers: z.array(z.string()).readonly(),
  not: words.optional(),
  cells: regex.optional(),
  validate: z.string().optional(),
  share: z.number().gt(0).max(1).optional(),
  minDistinct: z.int().min(1).optional(),
  confidence: confidence.optional(),
  beside: words.optional(),
});

const name = z.strictObject({
  patterns: z
    .array(z.strictObject({ regex, confidence, target: z.enum(['name', 'path']).optional() }))
    .min(1),
});

const metadata = z.strictObject({ patterns: z.array(z.strictObject({ regex, confidence })).min(1) });

const together = z.strictObject({ groups: z.array(words).min(2), confidence });

const example = z.union([
  z.string(),
  z.strictObject({ header: z.string(), cells: z.array(z.string()) }),
  z.strictObject({ name: z.string() }),
  z.strictObject({ label: z.string() }),
  z.strictObject({ table: z.array(z.array(z.string())).min(2) }),
]);

/** One rule as written: a `Rule` without its family, which is the pack's; `references` may be left out. */
const rule = z.strictObject({
  id: z
    .string()
    .regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/, 'write an id in lower case with hyphens, such as us-ssn'),
  title: z.string().min(1),
  kind: z
    .string()
    .regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/, 'write a kind in lower case with hyphens, such as national-id'),
  level: z.enum(LEVELS),
  regulations: words,
  description: z.string().min(1),
  references: words.default([]),
  text: text.optional(),
  column: column.optional(),
  name: name.optional(),
  metadata: metadata.optional(),
  together: together.optional(),
  matches: z.array(example).min(1, 'give at least one example that matches'),
  misses: z.array(example).min(1, 'give at least one example that does not match'),
});

export const packSchema = z.strictObject({
  family: z.enum(FAMILIES),
  rules: z.array(rule).min(1, 'a pack needs at least one rule'),
});

export type PackRule = z.output<typeof rule>;
