/** Files that are everywhere and are nobody's data: what package managers install, and licences. */

/** GLOB patterns of SQLite, for paths in lower case with a slash before them; view `copies` leaves out what they match. */
export const BOILERPLATE = [
  '*/node_modules/*',
  '*/site-packages/*',
  '*/dist-packages/*',
  '*/.git/*',
  '*/__pycache__/*',
  '*/.cargo/registry/*',
  '*/go/pkg/mod/*',
  '*/.m2/repository/*',
  '*/licen[cs]e',
  '*/licen[cs]e[.-]*',
  '*[-_.]licen[cs]e',
  '*[-_.]licen[cs]e.*',
  '*/copying',
  '*/copying.*',
  '*/notice',
  '*/notice.*',
] as const;

const EXPRESSION = new RegExp(
  `^(?:${BOILERPLATE.map((glob) => glob.replace(/[.]/g, '\\.').replace(/\*/g, '.*')).join('|')})$`,
  's',
);

/** Whether a path with `/`, absolute or relative, is one of them. */
export function isBoilerplate(path: string): boolean {
  return EXPRESSION.test(`/${path.toLowerCase()}`);
}
