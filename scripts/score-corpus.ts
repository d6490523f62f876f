/** Precision and recall per kind, and levels, over the labelled files of fixtures/corpus. */
import { LEVELS } from '../src/model.ts';
import { type Case, CORPUS, corpusCases } from '../test/corpus/cases.ts';
import { type Detected, scanFolder } from './scan-folder.ts';

interface Tally {
  right: number;
  falseAlarms: number;
  missed: number;
}

/** Scans the corpus and prints its score, then every mistake by file. */
export async function scoreCorpus(): Promise<void> {
  const cases = corpusCases();
  const detected = await scanFolder(CORPUS);
  const tallies = new Map<string, Tally>();
  const mistakes: string[] = [];
  const tally = (kind: string): Tally => {
    const known = tallies.get(kind) ?? { right: 0, falseAlarms: 0, missed: 0 };
    tallies.set(kind, known);
    return known;
  };
  for (const each of cases) {
    const kinds = detected.get(each.name)?.kinds ?? [];
    for (const kind of each.contains) {
      if (kinds.includes(kind)) tally(kind).right += 1;
      else {
        tally(kind).missed += 1;
        mistakes.push(`missed ${kind} in ${each.name}`);
      }
    }
    for (const kind of kinds.filter((kind) => !each.contains.includes(kind) && !each.may.includes(kind))) {
      tally(kind).falseAlarms += 1;
      mistakes.push(`false alarm ${kind} in ${each.name}`);
    }
  }
  console.log(`fixtures/corpus: ${cases.length} labelled files\n`);
  printTallies(tallies);
  printLevels(cases, detected);
  for (const mistake of mistakes) console.log(`  ${mistake}`);
}

function printTallies(tallies: ReadonlyMap<string, Tally>): void {
  const line = (name: string, { right, falseAlarms, missed }: Tally): string => {
    const precision = ratio(right, right + falseAlarms);
    const recall = ratio(right, right + missed);
    const f1 = ratio(2 * right, 2 * right + falseAlarms + missed);
    return `${name.padEnd(24)} ${precision} ${recall} ${f1} ${[right, falseAlarms, missed].map((count) => String(count).padStart(5)).join('')}`;
  };
  console.log(`${'kind'.padEnd(24)}   prec recall     f1    tp   fp   fn`);
  const sum: Tally = { right: 0, falseAlarms: 0, missed: 0 };
  for (const [kind, tally] of [...tallies].sort(([a], [b]) => (a < b ? -1 : 1))) {
    console.log(line(kind, tally));
    sum.right += tally.right;
    sum.falseAlarms += tally.falseAlarms;
    sum.missed += tally.missed;
  }
  console.log(line('ALL (micro)', sum));
}

function printLevels(cases: readonly Case[], detected: ReadonlyMap<string, Detected>): void {
  const level = (each: Case): string => detected.get(each.name)?.level ?? 'none';
  const wrong = cases.filter(
    (each) => !(each.level_ok ?? [each.level]).some((accepted) => accepted === level(each)),
  );
  const order: readonly string[] = LEVELS;
  const missedRestricted = wrong.filter(
    (each) => each.level === 'restricted' && order.indexOf(level(each)) < order.indexOf('restricted'),
  );
  const clean = cases.filter(({ contains }) => contains.length === 0);
  const alarmed = clean.filter(({ name, may }) =>
    detected.get(name)?.kinds.some((kind) => !may.includes(kind)),
  );
  console.log(
    `\nlevels right ${cases.length - wrong.length}/${cases.length}, missed restricted ${missedRestricted.length}`,
  );
  console.log(`look-alikes with a false alarm ${alarmed.length}/${clean.length}`);
  for (const each of wrong) console.log(`  ${each.name} is ${level(each)}, labelled ${each.level}`);
}

function ratio(part: number, whole: number): string {
  return (whole === 0 ? '-' : (part / whole).toFixed(3)).padStart(6);
}
