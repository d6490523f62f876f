/** The version of what extraction makes of bytes. Apart from the formats, so that what asks for it alone need not load them. */
import type { OcrCommand } from './segment.ts';

/** Changes whenever the same bytes give other segments or places, so that everything is read again. */
export const EXTRACTOR_VERSION = '10';

/** The version under a config: pictures are read again when the program changes that recognises text in them. */
export function extractorVersion({ ocr }: { readonly ocr?: OcrCommand | undefined }): string {
  return ocr === undefined ? EXTRACTOR_VERSION : `${EXTRACTOR_VERSION} ocr ${JSON.stringify(ocr.command)}`;
}
