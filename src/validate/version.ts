/** The validators' version. Apart from them, so that what asks for it alone need not load their libraries. */

/** Raise when a validator's answer changes: rules that use one are then read anew. */
export const VALIDATORS_VERSION = 6;
