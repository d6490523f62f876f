/** Scores a scan of the practice estate with the scorer that comes with it; says so and does nothing where it is not there. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { scanFolder } from './scan-folder.ts';

const SHARED = join(import.meta.dirname, '../../shared/practice');
/** Errors that the scorer lists. */
const ERRORS_SHOWN = '200';

/** `folder`: unpacked practice data; undefined: `../shared/practice`, unpacked into a scratch folder. Needs python3. */
export async function scorePractice(folder: string | undefined): Promise<void> {
  const archive = join(SHARED, 'practice.tar.xz');
  if (folder === undefined && !existsSync(archive)) {
    console.log('\npractice estate: not beside this checkout, not scored');
    return;
  }
  const scratch = await mkdtemp(join(tmpdir(), 'whereabouts-practice-'));
  try {
    const practice = folder ?? join(scratch, 'practice');
    if (folder === undefined) {
      await mkdir(practice);
      run('tar', ['-xJf', archive, '-C', practice]);
    }
    const predictions = join(scratch, 'estate.jsonl');
    await writeFile(predictions, await predict(join(practice, 'estate')));
    console.log('\npractice estate, findings at medium confidence and up\n');
    run('python3', [
      join(practice, 'score.py'),
      'estate',
      '--truth',
      join(practice, 'truth.jsonl'),
      '--pred',
      predictions,
      '--errors',
      ERRORS_SHOWN,
      ...aliases(practice),
    ]);
  } finally {
    await rm(scratch, { recursive: true });
  }
}

/** One JSON line a file, as the scorer reads them. */
async function predict(estate: string): Promise<string> {
  const lines = [...(await scanFolder(estate))].map(([path, { kinds, level, copyGroup }]) =>
    JSON.stringify({ path, kinds, level: level && capitalised(level), copy_group: copyGroup }),
  );
  return `${lines.join('\n')}\n`;
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
