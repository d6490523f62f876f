/** Sizes that the readers share. */

/** Bytes looked at to tell formats, encodings and dialects apart. */
export const HEAD_BYTES = 16 * 1024;
