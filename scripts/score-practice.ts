/** Scores us on the practice set with the scorer that comes with it; says so and does nothing where it is not there. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { scanFolder } from './scan-folder.ts';
import { predictKinds, predictLabelled, predictSpans } from './score-texts.ts';

const SHARED = join(import.meta.dirname, '../../shared/practice');
/** Errors that the scorer lists. */
const ERRORS_SHOWN = '200';

/** `folder`: unpacked practice data; undefined: `../shared/practice`, unpacked into a scratch folder. Needs python3. */
export async function scorePractice(folder: string | undefined): Promise<void> {
  const archive = join(SHARED, 'practice.tar.xz');
  if (folder === undefined && !existsSync(archive)) {
    console.log('\npractice set: not beside this checkout, not scored');
    return;
  }
  const scratch = await mkdtemp(join(tmpdir(), 'whereabouts-practice-'));
  try {
    const practice = folder ?? join(scratch, 'practice');
    if (folder === undefined) {
      await mkdir(practice);
      run('tar', ['-xJf', archive, '-C', practice]);
    }
    const score = async (what: string, truth: string, predictions: string, rest: readonly string[] = []) => {
      const file = join(scratch, 'predictions.jsonl');
      await writeFile(file, predictions);
      console.log(`\npractice ${what}: ${basename(truth)}, findings at medium confidence and up\n`);
      const paths = ['--truth', truth, '--pred', file];
      run('python3', [join(practice, 'score.py'), what, ...paths, ...aliases(practice), ...rest]);
    };
    const truth = join(practice, 'truth.jsonl');
    await score('estate', truth, await predictFiles(join(practice, 'estate')), ['--errors', ERRORS_SHOWN]);
    for (const spans of await listed(practice, 'spans'))
      await score('spans', spans, await predictSpans(spans));
    for (const cases of await listed(practice, 'validators')) {
      await score('validators', cases, await predictKinds(cases));
      console.log('\nthe same, each value after the label of its module:');
      await score('validators', cases, await predictLabelled(cases));
    }
  } finally {
    await rm(scratch, { recursive: true });
  }
}

/** One JSON line a file, as the scorer reads them. */
async function predictFiles(estate: string): Promise<string> {
  const lines = [...(await scanFolder(estate))].map(([path, { kinds, level, copyGroup }]) =>
    JSON.stringify({ path, kinds, level: level && capitalised(level), copy_group: copyGroup }),
  );
  return `${lines.join('\n')}\n`;
}

/** The JSON lines files of one of the practice set's folders. */
async function listed(practice: string, folder: string): Promise<readonly string[]> {
  const names = await readdir(join(practice, folder));
  return names
    .filter((name) => name.endsWith('.jsonl'))
    .sort()
    .map((name) => join(practice, folder, name));
}

/** The scorer's names for our kinds, when they lie beside it or in the shared folder. */
function aliases(practice: string): readonly string[] {
  const file = [practice, SHARED].map((each) => join(each, 'kinds.json')).find((each) => existsSync(each));
  return file === undefined ? [] : ['--aliases', file];
}

function capitalised(level: string): string {
  return level.charAt(0).toUpperCase() + level.slice(1);
}

/** Shows the command's output as it comes. @throws Error when it fails */
function run(command: string, args: readonly string[]): void {
  const { status, error } = spawnSync(command, args, { stdio: 'inherit' });
  if (error) throw error;
  if (status !== 0) throw new Error(`${command} ended with ${status}`);
}
