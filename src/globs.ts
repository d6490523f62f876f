/** Globs in gitignore syntax over asset paths, as the config and `--include/--exclude` write them. */
import ignore, { type Ignore } from 'ignore';

/** The library remembers every path it was asked about; begin afresh before that becomes a leak. */
const PATHS_PER_INSTANCE = 20_000;

/** True for a path that the globs, taken together as one gitignore file, match. Later globs win; `!` excepts. */
export type GlobMatcher = (path: string) => boolean;

/** Compiles globs; none match nothing. Paths have `/` and are relative, whatever they begin with. */
export function compileGlobs(globs: readonly string[]): GlobMatcher {
  if (globs.length === 0) return () => false;
  let asked = PATHS_PER_INSTANCE;
  let matcher: Ignore;
  return (path) => {
    if (asked >= PATHS_PER_INSTANCE) {
      matcher = ignore({ allowRelativePaths: true }).add([...globs]);
      asked = 0;
    }
    asked += 1;
    return path !== '' && matcher.ignores(path);
  };
}

/** A glob that may be bound to one source: `hr-drive:contracts/**` or `contracts/**`. */
export interface SourceGlob {
  readonly glob: string;
  /** Undefined: every source. */
  readonly source: string | undefined;
}

/** Splits `source:glob` when what stands before the colon is a source's name. */
export function parseSourceGlob(text: string, sourceNames: readonly string[]): SourceGlob {
  const colon = text.indexOf(':');
  const source = colon > 0 ? text.slice(0, colon) : undefined;
  if (source === undefined || !sourceNames.includes(source)) return { glob: text, source: undefined };
  return { glob: text.slice(colon + 1), source };
}
