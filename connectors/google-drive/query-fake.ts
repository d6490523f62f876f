/** The two small languages of Drive's API, for the fake: search queries (`q`) and field masks (`fields`). */

/** What a query can ask of a file. */
export interface Searchable {
  readonly name: string;
  readonly mimeType: string;
  readonly trashed: boolean;
  readonly parents: readonly string[];
  readonly owners: readonly string[];
}

type Test = (file: Searchable) => boolean;

/**
 * Compiles a query; `root` and `me` stand for the signed-in user's. Undefined when it is none.
 * @see https://developers.google.com/workspace/drive/api/guides/ref-search-terms
 */
export function compileQuery(
  q: string,
  names: { readonly root: string; readonly me: string },
): Test | undefined {
  const tokens = q.match(/'(?:\\.|[^'\\])*'|!=|=|\(|\)|[A-Za-z]+/g) ?? [];
  let at = 0;
  const take = () => tokens[at++] ?? '';
  const text = (token: string) => token.slice(1, -1).replace(/\\(.)/g, '$1');

  function any(): Test {
    const tests = [all()];
    while (tokens[at] === 'or' && at++ >= 0) tests.push(all());
    return (file) => tests.some((test) => test(file));
  }

  function all(): Test {
    const tests = [one()];
    while (tokens[at] === 'and' && at++ >= 0) tests.push(one());
    return (file) => tests.every((test) => test(file));
  }

  function one(): Test {
    const first = take();
    if (first === 'not') {
      const test = one();
      return (file) => !test(file);
    }
    if (first === '(') {
      const inside = any();
      if (take() !== ')') throw new SyntaxError(q);
      return inside;
    }
    const operator = take();
    if (first.startsWith("'") && operator === 'in') return membership(text(first), take());
    const value = take();
    if (!['=', '!='].includes(operator)) throw new SyntaxError(q);
    return comparison(first, value, operator === '=');
  }

  function membership(value: string, collection: string): Test {
    if (collection === 'parents') {
      const id = value === 'root' ? names.root : value;
      return (file) => file.parents.includes(id);
    }
    if (collection !== 'owners') throw new SyntaxError(q);
    const owner = value === 'me' ? names.me : value;
    return (file) => file.owners.includes(owner);
  }

  function comparison(field: string, value: string, equal: boolean): Test {
    if (field === 'trashed') return (file) => (String(file.trashed) === value) === equal;
    if (field !== 'mimeType' && field !== 'name') throw new SyntaxError(q);
    return (file) => (file[field] === text(value)) === equal;
  }

  try {
    const test = any();
    return at === tokens.length ? test : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

type Mask = ReadonlyMap<string, Mask | undefined>;

/** Leaves of an answer what `fields` names: `a,b(c,d),e/f`, `*`. @see https://developers.google.com/workspace/drive/api/guides/fields-parameter */
export function applyFields(answer: unknown, fields: string): unknown {
  const tokens = fields.match(/[^,()/\s]+|[(),/]/g) ?? [];
  let at = 0;

  function list(): Mask {
    const mask = new Map<string, Mask | undefined>();
    for (;;) {
      const name = tokens[at++] ?? '';
      let inside: Mask | undefined;
      if (tokens[at] === '(') {
        at += 1;
        inside = list();
        at += 1;
      } else if (tokens[at] === '/') {
        at += 1;
        inside = list();
      }
      mask.set(name, inside);
      if (tokens[at] !== ',') return mask;
      at += 1;
    }
  }
  return masked(answer, list());
}

function masked(value: unknown, mask: Mask | undefined): unknown {
  if (mask === undefined || mask.has('*') || typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => masked(item, mask));
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => mask.has(name))
      .map(([name, inner]) => [name, masked(inner, mask.get(name))]),
  );
}
