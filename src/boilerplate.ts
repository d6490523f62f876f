/** Files that are everywhere and are nobody's data: what package managers install, and licences. */

/** GLOB patterns of SQLite, for paths in lower case with a slash before them: what package managers and git keep. */
const PACKAGED = [
  '*/node_modules/*',
  '*/site-packages/*',
  '*/dist-packages/*',
  '*/.git/*',
  '*/__pycache__/*',
  '*/.cargo/registry/*',
  '*/go/pkg/mod/*',
  '*/.m2/repository/*',
] as const;

/** Likewise; view `copies` leaves out what they match. */
const BOILERPLATE = [
  ...PACKAGED,
  '*/licen[cs]e',
  '*/licen[cs]e[.-]*',
  '*[-_.]licen[cs]e',
  '*[-_.]licen[cs]e.*',
  '*/copying',
  '*/copying.*',
  '*/notice',
  '*/notice.*',
] as const;

const PACKAGED_PATH = toRegex(PACKAGED);
const BOILERPLATE_PATH = toRegex(BOILERPLATE);

/** Whether a path with `/`, absolute or relative, is one of them. */
export function isBoilerplate(path: string): boolean {
  return BOILERPLATE_PATH.test(`/${path.toLowerCase()}`);
}

/** Whether a path with `/`, absolute or relative, is what a package manager or git put there. */
export function isPackaged(path: string): boolean {
  return PACKAGED_PATH.test(`/${path.toLowerCase()}`);
}

/** SQL that is true when `isBoilerplate` is, of an SQL expression of a path. */
export function boilerplateSql(path: string): string {
  return `(${BOILERPLATE.map((glob) => `'/' || lower(${path}) glob '${glob}'`).join(' or ')})`;
}

/** A star at an end of a glob is an end that is left open. */
function toRegex(globs: readonly string[]): RegExp {
  const sources = globs.map((glob) =>
    `^${glob}$`
      .replace(/^\^\*|\*\$$/g, '')
      .replace(/[./]/g, '\\$&')
      .replace(/\*/g, '.*'),
  );
  return new RegExp(sources.join('|'), 's');
}
