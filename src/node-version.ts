/** Whether this Node.js can run the program: asked before anything is loaded that an older one does not have. */

/** As `engines` in package.json says. */
const OLDEST = { major: 24, minor: 16 } as const;

/** What to tell somebody whose Node.js, `version` as in `process.versions.node`, is too old; undefined when it will do. */
export function nodeTooOld(version: string): string | undefined {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > OLDEST.major || (major === OLDEST.major && minor >= OLDEST.minor)) return undefined;
  const wanted = `${OLDEST.major}.${OLDEST.minor}`;
  return `whereabouts needs Node.js ${wanted} or newer, and this is ${version}; install it from https://nodejs.org, or beside whereabouts with: npm install node@${OLDEST.major}`;
}
