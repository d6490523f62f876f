/** stand-in */
export const VIEWS = /* sql */ ``;
