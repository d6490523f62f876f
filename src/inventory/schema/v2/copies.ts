/** Version 2: Sketches of texts, rows and people, and the groups of copies that follow from them. */

export const COPIES = /* sql */ '';
