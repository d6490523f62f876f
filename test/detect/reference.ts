/** The slow, plain matcher that the engine must equal: each rule alone over whole texts, one after the other. */
import { createAmbient } from '../../src/detect/ambient.ts';
import { createColumns, type HeaderRules, matchRules } from '../../src/detect/columns.ts';
import { type CompiledRule, compileRule } from '../../src/detect/compiled-rule.ts';
import type { Detector } from '../../src/detect/detector.ts';
import { createFindings } from '../../src/detect/findings.ts';
import { headerWords } from '../../src/detect/headers.ts';
import { type Ambient, aroundOf, type Hit, judge } from '../../src/detect/judge.ts';
import { matchOf, SearchText } from '../../src/detect/match.ts';
import { compileMetadata } from '../../src/detect/metadata.ts';
import { normaliseText } from '../../src/detect/normalise.ts';
import { createRecords } from '../../src/detect/records.ts';
import { compileTogether, createTogether } from '../../src/detect/together.ts';
import { toWords } from '../../src/detect/words.ts';
import type { Segment, TextSegment } from '../../src/extract/segment.ts';
import { atLeast } from '../../src/model.ts';
import type { Rule, Validator } from '../../src/rule.ts';

/** As `compileDetector`, without a deadline. */
export function compileReference(
  rules: readonly Rule[],
  validators: Readonly<Record<string, Validator>>,
): Detector {
  const compiled = rules.map((rule, index) => compileRule(rule, index, validators));
  const withColumns = compiled.filter((rule) => rule.column !== undefined);
  const headerRules: HeaderRules = (header) => matchRules(withColumns, headerWords(header));
  return {
    metadata: compileMetadata(rules),
    begin: ({ path }) => {
      const findings = createFindings(compiled);
      const together = createTogether(compileTogether(compiled));
      const columns = createColumns(headerRules, path);
      const keys = createColumns(headerRules, path);
      const records = createRecords({ columns, findings, together });
      let pieces: TextSegment[] = [];
      let origin = 0;
      let rowsSeen = 0;

      function endText(): void {
        if (pieces.length === 0) return;
        const text = pieces.map((piece) => normaliseText(Buffer.from(piece.bytes).toString())).join('');
        const placeAt = placesOf(pieces);
        for (const rule of compiled) {
          for (const { hit, start } of hitsIn(rule, text, createAmbient({ path: () => toWords(path) }))) {
            const from = origin + Buffer.byteLength(text.slice(0, start));
            const end = from + Buffer.byteLength(hit.value);
            const order = from + rowsSeen;
            const place = () => placeAt(text, start);
            findings.add(rule, hit, () => ({ order, text: place() }));
            if (together.wants(rule.rule.kind) && atLeast(hit.band, 'medium')) {
              together.addHit(rule, { hit, start: from, end, place }, order);
            }
          }
        }
        origin += Buffer.byteLength(text);
        together.decide(origin);
        pieces = [];
      }

      return {
        add(segment: Segment) {
          if (segment.type === 'text') {
            if (!segment.continues) endText();
            pieces.push({ ...segment, bytes: segment.bytes.slice() });
            return;
          }
          if (segment.inText) {
            keys.add(
              segment,
              () => origin + rowsSeen,
              () => () => undefined,
            );
            return;
          }
          endText();
          records.begin(segment, origin + rowsSeen);
          for (const rule of compiled) {
            for (const [row, cells] of segment.rows.entries()) {
              for (const [column, cell] of cells.entries()) {
                const { ambient } = columns.of(segment)[column]!;
                for (const { hit } of hitsIn(rule, normaliseText(cell), ambient)) {
                  records.addHit(rule, hit, { row, column });
                }
              }
            }
          }
          records.end();
          rowsSeen += segment.rows.length;
        },
        finish() {
          endText();
          const found = findings.finish(
            { columns: columns.all(), keys: keys.all(), together: together.finish() },
            () => undefined,
          );
          return { findings: found, gaps: [], values: [] };
        },
      };
    },
  };
}

/** Leftmost first, none overlapping; at one start the first pattern that counts; after a refusal the next start. */
export function hitsIn(rule: CompiledRule, text: string, ambient: Ambient): { hit: Hit; start: number }[] {
  const hits: { hit: Hit; start: number }[] = [];
  const around = aroundOf(rule, ambient);
  const source = new SearchText(text);
  const matches = (rule.text?.patterns ?? []).map(() => -1);
  for (let at = 0; at <= text.length; ) {
    for (const [index, match] of matches.entries()) {
      if (match < at) matches[index] = nextMatch(rule.text!.patterns[index]!.anywhere, text, at);
    }
    const next = Math.min(...matches);
    if (next === Number.POSITIVE_INFINITY) break;
    at = next + (text.codePointAt(next)! > 0xffff ? 2 : 1);
    for (const [index, { sticky }] of rule.text!.patterns.entries()) {
      sticky.lastIndex = next;
      const found = sticky.exec(text);
      if (found === null || found[0] === '') continue;
      const match = matchOf(found, source);
      const verdict = match && judge(rule, index, match, around);
      if (match === undefined || verdict === undefined) continue;
      at = match.to;
      if (verdict !== 'denied') hits.push({ hit: verdict, start: match.start });
      break;
    }
  }
  return hits;
}

function nextMatch(regex: RegExp, text: string, from: number): number {
  regex.lastIndex = from;
  return regex.exec(text)?.index ?? Number.POSITIVE_INFINITY;
}

/** Place by UTF-16 index into the joined text. */
function placesOf(pieces: readonly TextSegment[]): (text: string, index: number) => string {
  let at = 0;
  const begins = pieces.map((piece) => {
    const begin = at;
    at += normaliseText(Buffer.from(piece.bytes).toString()).length;
    return { ...piece, begin };
  });
  return (text, index) => {
    const piece = begins.findLast((each) => each.begin <= index)!;
    if (piece.line === null) return piece.place === '' ? 'content' : piece.place;
    const line = piece.line + text.slice(piece.begin, index).split('\n').length - 1;
    return piece.place === '' ? `line ${line}` : `${piece.place} line ${line}`;
  };
}
