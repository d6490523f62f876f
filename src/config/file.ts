/** Reads `whereabouts.yaml`: YAML with line positions, held against the schema; every mistake is named with its line and the fix. */
import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { isMap, isNode, isPair, isScalar, LineCounter, parseDocument } from 'yaml';
import type { ConnectorModule } from '../connector.ts';
import { messageOf, UserError } from '../errors.ts';
import { type DocumentPath, explainIssue, issuePath } from './mistakes.ts';
import { type ConfigDocument, configSchema } from './schema.ts';

/** Aliases in a YAML file beyond which it is taken for a bomb. */
const MOST_ALIASES = 100;
/** Mistakes shown at once. */
const MOST_MISTAKES = 10;

/** A config file that the schema passed, as written: `${NAME}` is not filled in yet. */
export interface ConfigFile {
  /** Absolute; where relative paths in it begin. */
  readonly folder: string;
  readonly document: ConfigDocument;
  /** `whereabouts.yaml:12:5`, 1-based, of a value in it. */
  at(path: DocumentPath): string;
}

/**
 * Reads and checks a config file; `name` is what messages call it.
 * @throws UserError naming file, line:column and the fix of each mistake
 */
export function readConfigFile(path: string, name: string, modules: readonly ConnectorModule[]): ConfigFile {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new UserError(
      `cannot read the config ${name}: ${messageOf(error)}; write one with "whereabouts init"`,
      {
        cause: error,
      },
    );
  }
  return parseConfigFile(text, { path, name }, modules);
}

/** As readConfigFile, for text that is already read. @throws UserError */
export function parseConfigFile(
  text: string,
  { path, name }: { readonly path: string; readonly name: string },
  modules: readonly ConnectorModule[],
): ConfigFile {
  const lines = new LineCounter();
  const yaml = parseDocument(text, { lineCounter: lines, prettyErrors: false, version: '1.2' });
  const position = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return `${name}:${line}:${col}`;
  };
  const mistakes = yaml.errors.map((error) => `${position(error.pos[0])}: ${error.message}`);
  if (mistakes.length > 0) throw mistaken(mistakes);

  const at = (where: DocumentPath, key?: string) => position(offsetOf(yaml.contents, where, key));
  let value: unknown;
  try {
    value = withoutEmpty(yaml.toJS({ maxAliasCount: MOST_ALIASES })) ?? {};
  } catch (error) {
    throw new UserError(`${name}: ${messageOf(error)}`, { cause: error });
  }
  const parsed = configSchema(modules).safeParse(value);
  if (parsed.success) return { folder: dirname(path), document: parsed.data, at };
  throw mistaken(
    parsed.error.issues.flatMap((issue) =>
      explainIssue(issue, value, modules).map(
        ({ key, message }) => `${at(issuePath(issue), key)}: ${message}`,
      ),
    ),
  );
}

/** A key with nothing behind it, such as a list whose entries are all commented out, is as good as absent. */
function withoutEmpty(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutEmpty);
  if (typeof value !== 'object' || value === null) return value;
  const filled = Object.entries(value).filter(([, inner]) => inner !== null);
  return Object.fromEntries(filled.map(([key, inner]) => [key, withoutEmpty(inner)]));
}

function mistaken(mistakes: readonly string[]): UserError {
  const more = mistakes.length - MOST_MISTAKES;
  const rest = more > 0 ? [`and ${more} more`] : [];
  return new UserError([...mistakes.slice(0, MOST_MISTAKES), ...rest].join('\n'));
}

/** Offset of the node at `where`, of `key` inside it, or of the nearest thing around it that is there. */
function offsetOf(contents: unknown, where: DocumentPath, key?: string): number {
  let node: unknown = contents;
  let offset = 0;
  for (const step of key === undefined ? where : [...where, key]) {
    if (isNode(node) && node.range) offset = node.range[0];
    const pair = isMap(node)
      ? node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(step))
      : undefined;
    if (isPair(pair) && isScalar(pair.key) && pair.key.range) offset = pair.key.range[0];
    const next: unknown = pair
      ? pair.value
      : isNode(node) && 'items' in node
        ? itemAt(node.items, step)
        : undefined;
    if (next === undefined || next === null) return offset;
    node = next;
  }
  if (key === undefined && isNode(node) && node.range) offset = node.range[0];
  return offset;
}

function itemAt(items: unknown, step: string | number): unknown {
  return Array.isArray(items) && typeof step === 'number' ? items[step] : undefined;
}
