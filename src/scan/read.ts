/** Reads one asset in a worker: opens it, hashes while streaming, extracts, detects. Values stay in here. */

import { isBoilerplate } from '../boilerplate.ts';
import type { Limits, OcrConfig } from '../config.ts';
import type { Asset, Connector } from '../connector.ts';
import type { Sketch } from '../copies/sketch.ts';
import type { ContentSketcher, Sketching } from '../copies/sketcher.ts';
import type { ContentScan, Detector } from '../detect/detector.ts';
import { ConnectorError } from '../errors.ts';
import { EXTRACT_LIMITS, type Extract, type MemberNote, type SampleNote } from '../extract/segment.ts';
import { GAP_REASONS, type Gap } from '../model.ts';
import { type AssetBytes, openBytes } from './bytes.ts';
import { fileTime } from './file-time.ts';
import { gapOf, sizeGap, timeGap } from './gaps.ts';
import type { ReadResult, ReadTask } from './protocol.ts';
import { isSidecar, readSidecar } from './sidecars.ts';

/** Bytes of a content that are read for a sample. */
export const SAMPLE_BYTES = 4 * 1024 ** 2;
/** Of a file's time: a sample then ends with what it has. */
const SAMPLE_SHARE = 0.7;
/** Of a file's time: what was found until then is kept. A reader that does not come back is ended when all of it is over. */
const SOFT_SHARE = 0.8;

export interface ReadContext {
  readonly connector: Connector;
  readonly detector: Detector;
  readonly extract: Extract;
  /** Makes what copies are recognised by; absent without a key. */
  readonly sketch?: Sketching | undefined;
  readonly limits: Limits;
  readonly ocr?: OcrConfig | undefined;
  /** Whether the connector's features say `range`. */
  readonly ranged: boolean;
  readonly signal: AbortSignal;
  /** Called with every chunk's length; throws to stop. */
  readonly onBytes: (bytes: number) => void;
  /** Called as the file is read, with the seconds that it may take by then. */
  readonly onSeconds?: (seconds: number) => void;
  /** Milliseconds, monotonic; the clock of the machine when absent. */
  readonly now?: () => number;
}

/** Never throws but for an abort: a failure to read is a gap. What changed since its listing is read once more, as it is now. */
export async function readAsset(asset: Asset, task: ReadTask, context: ReadContext): Promise<ReadResult> {
  try {
    return await readVersion(asset, task, { ...context, current: false });
  } catch (error) {
    context.signal.throwIfAborted();
    if (!(error instanceof ConnectorError && error.code === 'changed'))
      return { gaps: [gapOf(error, asset)] };
  }
  try {
    // The version that is recorded stays the listed one, so that the next scan looks again.
    return await readVersion(asset, task, { ...context, current: true });
  } catch (error) {
    context.signal.throwIfAborted();
    return { gaps: [gapOf(error, asset)] };
  }
}

async function readVersion(
  asset: Asset,
  task: ReadTask,
  context: ReadContext & { readonly current: boolean },
): Promise<ReadResult> {
  const longest = task.depth === 'sample' ? SAMPLE_BYTES : context.limits.fileBytes;
  const sampled = asset.size !== null && asset.size > longest;
  const bytes = openBytes(asset, {
    connector: context.connector,
    ranged: context.ranged,
    sample: sampled ? longest : undefined,
    digests: task.digests,
    current: context.current,
    signal: context.signal,
    onBytes: context.onBytes,
  });
  const scan = context.detector.begin({ path: asset.path, name: asset.name, labels: asset.labels ?? {} });
  const sketcher = isBoilerplate(asset.path) ? undefined : context.sketch?.();
  const extracted = await scanSegments(bytes, asset, { scan, sketcher }, context);
  // Archives are read by range: the hash needs the rest of the bytes as well.
  await (extracted.late ? bytes.abandon() : bytes.finish(extracted.over));
  const { findings, gaps: ruleGaps, values } = scan.finish();
  const gaps: Gap[] = [...extracted.gaps, ...ruleGaps];
  const sidecar = isSidecar(asset) ? await readSidecar(asset, context.connector, context.signal) : undefined;
  if (sidecar !== undefined && 'reason' in sidecar) gaps.push(sidecar);
  if (sampled && task.depth === 'full') gaps.push(sizeGap(asset, bytes.taken()));
  const read = extracted.hasText || extracted.hasColumns || asset.size === 0 || gaps.length === 0;
  const partial = sampled || gaps.some(({ reason }) => GAP_REASONS[reason].incomplete);
  return {
    content: {
      digests: bytes.digests(),
      size: context.current ? bytes.total() : (asset.size ?? bytes.total()),
      format: extracted.format,
      mediaType: extracted.mediaType,
      coverage: read ? (partial ? 'sample' : 'full') : 'metadata',
      depth: task.depth,
      bytesRead: bytes.taken(),
      hasText: extracted.hasText,
      hasColumns: extracted.hasColumns,
      findings,
      gaps,
      members: extracted.members,
      ...(sketcher === undefined ? {} : { sketches: sketcher.finish(values) }),
      ...(read && (sampled || extracted.late) ? { sample: extracted.sample ?? headOf(asset, bytes) } : {}),
      ...(sidecar === undefined || 'reason' in sidecar ? {} : { sidecar }),
    },
    gaps: [],
  };
}

interface Scanned {
  readonly format: string;
  readonly mediaType: string;
  readonly hasText: boolean;
  readonly hasColumns: boolean;
  readonly gaps: readonly Gap[];
  readonly members: readonly ScannedMember[];
  readonly sample: Omit<SampleNote, 'type'> | undefined;
  /** Its time was over before its end. */
  readonly late: boolean;
  /** True once what is found is to be kept, whatever else there is to do. */
  readonly over: () => boolean;
}

type ScannedMember = Omit<MemberNote, 'type'> & { readonly sketches: readonly Sketch[] };

interface Lookers {
  readonly scan: ContentScan;
  readonly sketcher: ContentSketcher | undefined;
}

async function scanSegments(
  source: AssetBytes,
  asset: Asset,
  { scan, sketcher }: Lookers,
  { extract, limits, ocr, signal, now = () => performance.now(), onSeconds }: ReadContext,
): Promise<Scanned> {
  let format: { format: string; mediaType: string } | undefined;
  let hasText = false;
  let hasColumns = false;
  const gaps: Gap[] = [];
  const members: ScannedMember[] = [];
  let sample: Omit<SampleNote, 'type'> | undefined;
  let late = false;
  const time = fileTime(limits.fileSeconds, { now, taken: source.taken });
  const segments = extract(source, {
    name: asset.name,
    mediaType: asset.mediaType,
    limits: {
      depth: limits.archiveDepth,
      members: limits.archiveMembers,
      inflated: limits.archiveBytes,
      ratio: limits.archiveRatio,
      stepSeconds: Math.min(EXTRACT_LIMITS.stepSeconds, limits.fileSeconds / 4),
    },
    digests: ['sha256'],
    ocr,
    over: () => time.past(SAMPLE_SHARE),
    signal,
  });
  for await (const part of segments) {
    sketcher?.add(part);
    switch (part.type) {
      case 'text':
        hasText = true;
        time.count(part);
        scan.add(part);
        break;
      case 'rows':
        hasColumns ||= part.inText !== true;
        time.count(part);
        scan.add(part);
        break;
      case 'gap':
        // What is damaged because the sample ended inside of it is not damaged.
        if (source.cut() && part.reason === 'malformed') break;
        gaps.push({
          reason: part.reason,
          message: part.message,
          ...(part.place ? { place: part.place } : {}),
        });
        break;
      case 'member':
        members.push({
          path: part.path,
          size: part.size,
          digests: part.digests,
          sketches: isBoilerplate(part.path) ? [] : (sketcher?.member() ?? []),
        });
        break;
      case 'sample': {
        const { type: _, ...note } = part;
        sample = note;
        break;
      }
      case 'format':
        format ??= part;
    }
    onSeconds?.(time.seconds());
    late = time.past(SOFT_SHARE);
    if (late) break;
  }
  if (late) {
    const fileSeconds = Math.round(time.seconds());
    const seconds = Math.round(fileSeconds * SOFT_SHARE);
    gaps.push(timeGap(asset, source.taken(), { seconds, fileSeconds }));
  }
  return {
    format: format?.format ?? 'unknown',
    mediaType: format?.mediaType ?? asset.mediaType ?? 'application/octet-stream',
    hasText,
    hasColumns,
    gaps,
    members,
    sample,
    late,
    over: () => time.past(SOFT_SHARE),
  };
}

/** What was read in order from the start, until the sample or the time was over: it says nothing about the rest. */
function headOf(asset: Asset, bytes: AssetBytes): Omit<SampleNote, 'type'> {
  return { how: 'head', unit: 'bytes', read: bytes.taken(), total: asset.size, draws: 0, rows: 0, seed: '' };
}
