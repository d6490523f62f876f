/** Which assets and folders a source's include and exclude globs leave out. */
import type { SourceConfig } from '../config.ts';
import { compileGlobs } from '../globs.ts';

/**
 * Compiles a source's globs (gitignore syntax over Asset.path). A path is left out when `exclude` matches it, or when there
 * are `include` globs and none matches it; folders are only ever left out by `exclude`.
 */
export function compileSkip(
  source: Pick<SourceConfig, 'include' | 'exclude'>,
): (path: string, isDirectory: boolean) => boolean {
  const excluded = compileGlobs(source.exclude);
  const included = compileGlobs(source.include);
  const everything = source.include.length === 0;
  return (path, isDirectory) => {
    if (excluded(isDirectory ? `${path}/` : path)) return true;
    return !isDirectory && !everything && !included(path);
  };
}
