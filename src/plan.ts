/** What is to be done with one listed asset. Pure: everything that it depends on comes in. */
import type { Depth } from './config.ts';
import type { Asset } from './connector.ts';
import type { KnownAsset, KnownContent } from './inventory/types.ts';
import { GAP_REASONS, type Gap } from './model.ts';

export interface PlanInput {
  readonly asset: Asset;
  readonly known: KnownAsset | undefined;
  /** Its content lacks a digest that is wanted. */
  readonly rehash: boolean;
  /** Asked only when the asset itself is new or changed: content with one of its digests, or of its hard link. */
  readonly sameContent: () => KnownContent | undefined;
  readonly depth: Depth;
  /** Read everything again. */
  readonly full: boolean;
  /** Every asset is to be classified anew. */
  readonly policyChanged: boolean;
  /** Left out by a glob. */
  readonly excluded: boolean;
}

export type Plan =
  | { readonly action: 'unchanged' }
  /** Content is known: only the asset is written. */
  | { readonly action: 'link'; readonly contentId: number }
  | { readonly action: 'read' }
  /** Not opened, by design. */
  | { readonly action: 'metadata'; readonly gaps: readonly Gap[] }
  /** Not opened, and that is a gap in the coverage. */
  | { readonly action: 'gap'; readonly gaps: readonly Gap[] };

/** Decides. Reading is the last resort; what is unknown is never taken for unchanged. */
export function planAsset(input: PlanInput): Plan {
  const { asset, known, depth } = input;
  if (input.excluded) {
    return { action: 'metadata', gaps: [{ reason: 'excluded', message: 'left out by a glob' }] };
  }
  if (asset.unread) {
    const { reason, message } = asset.unread;
    return { action: GAP_REASONS[reason].incomplete ? 'gap' : 'metadata', gaps: [{ reason, message }] };
  }
  const same = known !== undefined && !known.removed && known.version === asset.version;
  // A sample would not be hashed.
  if (same && input.rehash && depth === 'full') return { action: 'read' };
  if (same && known.current && !input.full) {
    const settled = known.contentId !== null || depth === 'metadata';
    if (settled && known.metadataCurrent && !input.policyChanged) return { action: 'unchanged' };
    if (known.contentId !== null && known.opened) return { action: 'link', contentId: known.contentId };
  }
  if (depth === 'metadata') return { action: 'metadata', gaps: [] };
  if (!input.full) {
    const content = input.sameContent();
    if (content?.current) return { action: 'link', contentId: content.contentId };
  }
  return { action: 'read' };
}
