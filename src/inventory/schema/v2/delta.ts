/** Version 2: Tokens of the containers that can say what changed since. */

export const DELTA = /* sql */ '';
