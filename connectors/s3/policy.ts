/** Whom a bucket policy lets read objects, as far as its text says so by itself. Pure. */
import { z } from 'zod';
import type { Grant } from '../../src/model.ts';

export interface PolicyReaders {
  readonly grants: readonly Grant[];
  /** False when a statement allows something that was not understood, so that there may be more readers. */
  readonly complete: boolean;
}

const texts = z.union([z.string().transform((text) => [text]), z.array(z.string())]);
/** @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html */
const policy = z.object({
  Statement: z.union([
    z.array(z.record(z.string(), z.unknown())),
    z.record(z.string(), z.unknown()).transform((statement) => [statement]),
  ]),
});
const statement = z.object({
  Effect: z.enum(['Allow', 'Deny']),
  Principal: z.union([z.string(), z.record(z.string(), texts)]),
  Action: texts,
});

const KINDS: Readonly<Record<string, Grant['kind']>> = {
  AWS: 'user',
  CanonicalUser: 'user',
  Service: 'service',
  Federated: 'group',
};

/** Conditions and denials are not weighed: a grant here may be narrower in truth. */
export function readPolicy(text: string): PolicyReaders {
  const parsed = policy.safeParse(parseJson(text));
  if (!parsed.success) return { grants: [], complete: false };
  const grants: Grant[] = [];
  let complete = true;
  for (const raw of parsed.data.Statement) {
    if (raw.Effect === 'Deny') continue;
    const { data } = statement.safeParse(raw);
    // NotPrincipal and NotAction allow all but what they name.
    if (data === undefined) complete = false;
    else if (data.Action.some(reads)) grants.push(...principals(data.Principal));
  }
  return { grants, complete };
}

/** Whether an action of a policy, which may hold wildcards, covers reading an object. */
function reads(action: string): boolean {
  const pattern = action.toLowerCase().replaceAll('?', '.').replaceAll('*', '.*');
  return ['s3:getobject', 's3:getobjectversion'].some((wanted) => new RegExp(`^${pattern}$`).test(wanted));
}

function principals(principal: string | Readonly<Record<string, readonly string[]>>): readonly Grant[] {
  const named = typeof principal === 'string' ? { AWS: [principal] } : principal;
  return Object.entries(named).flatMap(([type, names]) =>
    names.map((name): Grant => {
      const kind = name === '*' ? 'everyone' : (KINDS[type] ?? 'user');
      return { principal: name, kind, role: 'read', via: 'policy' };
    }),
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    // A server that does not know bucket policies may answer with something else.
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
