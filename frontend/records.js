// What the server keeps of this browser's pictures: asked for, changed, deleted, and written to a file.
import { getJSON, OURS, reach, UNREACHABLE } from "./api.js";

const RECORDS = "/api/history";
const NOT_HERE = "What was kept lies on the server, not in this browser. Check your connection, then try again.";

const addressOf = (id) => `${RECORDS}/${encodeURIComponent(id)}`;

/** Whoever cannot reach the server learns why it is needed for this too. */
const fromServer = (asked) =>
  asked.catch((problem) => {
    throw problem === UNREACHABLE ? { ...problem, detail: NOT_HERE } : problem;
  });

/** The first or the last instant of a day where the person is, given as "2026-11-21"; of no such day, what the server refuses. */
function instant(day, time) {
  const moment = new Date(`${day}T${time}`);
  return Number.isNaN(moment.getTime()) ? day : moment.toISOString();
}

/** The fields of a filter that are set, as the server reads them. */
function queryOf({ verdict, confirmed, from, to }) {
  const query = new URLSearchParams();
  if (verdict) query.set("verdict", verdict);
  if (confirmed) query.set("confirmed", confirmed);
  if (from) query.set("from", instant(from, "00:00:00"));
  if (to) query.set("to", instant(to, "23:59:59.999"));
  return query;
}

/** {total, page, per_page, confirmed, items} of those that fit `filter`, the newest first. */
export const listRecords = (filter, page) => fromServer(getJSON(`${RECORDS}?page=${page}&${queryOf(filter)}`));
export const getRecord = (id) => fromServer(getJSON(addressOf(id)));

/** {n, needed, evaluation, models} of the model with those words, or for null of that with the most confirmed cases. */
export const getEvaluation = (model) =>
  fromServer(getJSON(`${RECORDS}/evaluation${model ? `?${new URLSearchParams({ model })}` : ""}`));

/** A table of those that fit `filter`, as a file. */
export const getCSV = (filter) => fromServer(reach(`${RECORDS}.csv?${queryOf(filter)}`).then((response) => response.blob()));

/** Change `note` and `confirmed_dx`; resolves to the whole record. */
export const changeRecord = (id, changes) =>
  fromServer(
    reach(addressOf(id), {
      method: "PATCH",
      headers: { ...OURS, "Content-Type": "application/json" },
      body: JSON.stringify(changes),
    }).then((response) => response.json()),
  );

export const deleteRecord = (id) => fromServer(reach(addressOf(id), { method: "DELETE", headers: OURS }));
export const deleteAllRecords = () => fromServer(reach(RECORDS, { method: "DELETE", headers: OURS }));
