/**
 * SQL of what is in force of an asset: its classification (`k`, of _classifications), or what it inherits from its copies (`h`, of
 * _inherited). What is inherited may raise the level of what nobody has classified, never lower it, and names a client where none is known.
 */

/** SQL of a level as a number, -1 for none. */
export const rank = (level: string) => /* sql */ `case ${level} when 'public' then 0 when 'internal' then 1
  when 'confidential' then 2 when 'restricted' then 3 else -1 end`;

/** SQL that is true when the level in force is inherited. */
export const INHERITS = `(k.status = 'unclassified' and ${rank('h.level')} > ${rank('k.level')})`;
export const LEVEL = `iif(${INHERITS}, h.level, k.level)`;
export const BASIS = `iif(${INHERITS}, 'inherited', k.basis)`;
export const WHY = `iif(${INHERITS}, h.why || '. ' || k.why, k.why)`;
export const CLIENT = 'coalesce(k.client, h.client)';
export const CLIENT_WHY = 'coalesce(k.client_why, h.client_why)';
export const CLIENT_BASIS =
  "case when k.client is not null then 'known' when h.client is not null then 'inherited' end";
