/** Google's own documents: they have no bytes, and are exported to something that has a reader. */

/** What cannot be exported is not in it. @see https://developers.google.com/workspace/drive/api/guides/ref-export-formats */
const EXPORTS: Readonly<Record<string, string>> = {
  'application/vnd.google-apps.document': 'text/plain',
  // One export holds every sheet; CSV would be the first alone.
  'application/vnd.google-apps.spreadsheet':
    'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  'application/vnd.google-apps.presentation': 'text/plain',
  // The words in a drawing are in its SVG.
  'application/vnd.google-apps.drawing': 'image/svg+xml',
  // Program text, where credentials lie.
  'application/vnd.google-apps.script': 'application/vnd.google-apps.script+json',
};

/** The media type that a document is exported to; undefined for what is none, or cannot be exported. */
export function exportOf(mimeType: string): string | undefined {
  return EXPORTS[mimeType];
}
