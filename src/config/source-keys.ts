/** The keys of a source that are not its connector's options. Apart from the schema, for whatever works without a config file. */

/** Keys that every source may have, whatever its connector. */
export const SOURCE_KEYS = ['connector', 'name', 'client', 'include', 'exclude', 'depth'] as const;

export type SourceKey = (typeof SOURCE_KEYS)[number];

export function isSourceKey(key: string): key is SourceKey {
  return (SOURCE_KEYS as readonly string[]).includes(key);
}
