// Which part of the page is shown, as its address says after the #.

export const ANALYSE = "#analyse";
export const HISTORY = "#history";

export const recordAddress = (id) => `${HISTORY}/${id}`;

/** {part, record} of an address; null for one that names no part of the page. */
export function readRoute(hash) {
  if (["", ANALYSE].includes(hash)) return { part: ANALYSE, record: null };
  const found = /^#history(?:\/([\w-]+))?$/.exec(hash);
  return found && { part: HISTORY, record: found[1] ?? null };
}
