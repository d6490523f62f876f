/** Version 2: How much of a content a sample is, and what it may have missed. */

export const SAMPLES = /* sql */ '';
