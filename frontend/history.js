// The part of the page's state that is about what the server keeps of this browser's pictures.
import { CALL_CHANGES, callOf, forget, without } from "./calls.js";
import { ANALYSE } from "./route.js";

export const NO_FILTER = { verdict: "", confirmed: "", from: "", to: "" };

export const HISTORY_STATE = {
  route: { part: ANALYSE, record: null },
  filter: NO_FILTER,
  page: 1,
  records: null, // what GET /api/history answered last
  evaluation: null, // what GET /api/history/evaluation answered last
  measuredModel: null, // the model that it is of, as `modelWords` names it; null for that with the most confirmed cases
  entry: null, // the record that is open
  drafts: {}, // id -> {note, confirmed_dx} as its fields hold it, of records where that is not saved yet
  saved: null, // id of the open record, once its newest change was saved
  deletingAll: false, // whether that question stands
  calls: {}, // of "list", "sheet" (its file), "evaluation", "entry", "all" (their deletion), and of changes by the record's id
};

/** What names a model to the server: the same bundle may be served by two engines, of which each has a file of its own. */
export const modelWords = ({ name, version, sha256 }) => `${name} ${version} ${sha256}`;

const inList = ({ records }, id) => records?.items.find((record) => record.id === id) ?? null;

const changed = (records, change) => records && { ...records, items: records.items.flatMap(change) };

const CHANGES = {
  ...CALL_CHANGES,
  routed: (history, { route }) => ({
    route,
    calls: without(forget(history.calls, route.record, "sheet"), "entry"),
    saved: null,
    ...(route.record ? { entry: inList(history, route.record) } : {}), // the dialogue fades out with its entry
  }),
  filtered: (history, { filter }) => ({ filter, page: 1 }),
  pageTurned: (history, { page }) => ({ page }),
  recordsLoaded: (history, { records }) => ({ records }),
  evaluated: (history, { evaluation }) => ({ evaluation }),
  measuredChosen: (history, { model }) => ({ measuredModel: model }),
  entryLoaded: (history, { entry }) => ({ entry }),
  drafted: ({ entry, drafts, calls }, { changes }) => {
    const { id, note, confirmed_dx } = entry;
    const draft = { note, confirmed_dx, ...drafts[id], ...changes };
    return { drafts: { ...drafts, [id]: draft }, saved: null, calls: forget(calls, id) };
  },
  draftDropped: ({ entry: { id }, drafts, calls }) => ({ drafts: without(drafts, id), calls: forget(calls, id) }),
  recordSaved: ({ records, entry: open, drafts: before }, { entry, sent }) => {
    const { id } = entry;
    const drafts = before[id] === sent ? without(before, id) : before; // what was typed meanwhile stays
    const now = { records: changed(records, (one) => (one.id === id ? [entry] : [one])), drafts };
    return open?.id === id ? { ...now, entry, saved: isUnsaved(now, entry) ? null : id } : now;
  },
  recordDeleted: ({ records, drafts }, { id }) => ({
    records: changed(records, (one) => (one.id === id ? [] : [one])),
    drafts: without(drafts, id),
  }),
  deletingAllAsked: (history, { asked }) => ({ deletingAll: asked }),
  allDeleted: () => ({ entry: null, drafts: {}, saved: null, deletingAll: false, records: null, evaluation: null, measuredModel: null, filter: NO_FILTER, page: 1 }),
};

/** Each change is of `state.history` alone. */
export const HISTORY_CHANGES = Object.fromEntries(
  Object.entries(CHANGES).map(([type, change]) => [
    type,
    ({ history }, action) => ({ history: { ...history, ...change(history, action) } }),
  ]),
);

export const isFiltered = ({ filter }) => Object.values(filter).some(Boolean);

/** The open record as its fields stand. */
export const asDrafted = ({ entry, drafts }) => ({ ...entry, ...drafts[entry.id] });

/** Whether anything is entered about a record that is not saved. */
export function isUnsaved({ drafts }, record) {
  const draft = drafts[record?.id];
  return Boolean(draft) && (draft.confirmed_dx !== record.confirmed_dx || (draft.note ?? "").trim() !== (record.note ?? ""));
}

/** "saving" or "deleting" while the server is asked for it, null while a record is at rest. */
export function taskOf(history, id) {
  const { task, running } = callOf(history, id);
  return running ? task : null;
}

/** What is under way with a record, was in vain, or is still to be done, in a few words; "" for nothing. */
export function workWords(history, record) {
  const { task, running, problem } = callOf(history, record.id);
  if (running) return task === "saving" ? "Saving…" : "Deleting…";
  if (problem) return task === "saving" ? "Could not be saved yet" : "Could not be deleted";
  return isUnsaved(history, record) ? "Not saved yet" : "";
}

/** How many pages of `per_page` there are. */
export const pagesOf = ({ total, per_page }) => Math.max(1, Math.ceil(total / per_page));

/** The codes that stand for a side without naming the diagnosis. */
export const SIDES = [
  { dx: "malignant", name: "Malignant, without a closer diagnosis", malignant: true },
  { dx: "benign", name: "Benign, without a closer diagnosis", malignant: false },
];

const diagnosisOf = (dx, diagnoses) =>
  [...diagnoses, ...SIDES].find((diagnosis) => diagnosis.dx === dx) ?? { dx, name: dx, malignant: null };

/** What a record's diagnosis was confirmed as, {name, malignant}, and whether the verdict agrees; null while it is not. */
export function outcomeOf({ confirmed_dx: dx, prediction }, diagnoses) {
  if (!dx) return null;
  const { name, malignant } = diagnosisOf(dx, diagnoses);
  return { name, malignant, agrees: malignant === (prediction === "malignant") };
}

/** A record in the shape of an answer, as far as it goes. */
export const asResult = (record) => ({
  ...record,
  distribution: record.triage === "unsure" ? { ok: false } : null,
  operating_point: { name: record.operating_point, threshold: record.threshold },
});

/** The setting that a record was judged at, with what was measured at it; undefined where its model is no longer served so. */
export const pointOf = ({ model, operating_point }, models) =>
  models
    .find(({ name, version }) => name === model.name && version === model.version)
    ?.operating_points.find(({ name }) => name === operating_point);

/** What becomes of a picture here, in a few words; `record` is what the configuration says of it. */
export function keepingWords(record) {
  if (!record) return "Your picture is analysed in the server's memory and not kept.";
  const { images, retention_days: days } = record;
  const kept = images ? "The picture and the answer are kept" : "The answer, but not the picture, is kept";
  const time = days ? ` for ${days} ${days === 1 ? "day" : "days"}` : "";
  return `${kept} on the server${time}. Whoever uses this browser, or runs the server, can see ${images ? "them" : "it"}.`;
}

/** What a screen reader hears of the list. */
export function historyWords(history) {
  const { records } = history;
  if (callOf(history, "list").running || !records) return "";
  const { total, page, per_page: size, items } = records;
  if (!items.length) return "No records.";
  const first = (page - 1) * size + 1;
  return `Records ${first} to ${first + items.length - 1} of ${total}.`;
}
