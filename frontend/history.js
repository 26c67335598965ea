// The part of the page's state that is about what the server keeps of this browser's pictures.
import { ANALYSE } from "./route.js";

export const NO_FILTER = { verdict: "", confirmed: "", from: "", to: "" };

const CLOSED = {
  entry: null, // the record that is open
  draft: null, // {id, note, confirmed_dx} as the fields hold it, where that is not saved yet
  task: null, // "saving" or "deleting" while the server is asked for it
  entryProblem: null,
  failed: null, // which task that is of
  saved: false, // whether the newest change was saved
};

export const HISTORY_STATE = {
  route: { part: ANALYSE, record: null },
  filter: NO_FILTER,
  page: 1,
  records: null, // what GET /api/history answered last
  loading: false,
  waiting: null, // {problem, until} while the server asks to come back later
  problem: null, // why the list or its file could not be had
  evaluation: null, // what GET /api/history/evaluation answered last
  measuredModel: null, // hash of the model that it is of; null for that with the most confirmed cases
  ...CLOSED,
  deletingAll: null, // "asked" while the question stands, "deleting" while it is done
  deletingProblem: null,
};

const inList = ({ records }, id) => records?.items.find((record) => record.id === id) ?? null;

const changed = (records, change) => records && { ...records, items: records.items.flatMap(change) };

const CHANGES = {
  routed: (history, { route }) => {
    if (!route.record) return { route, waiting: null, entryProblem: null, saved: false }; // the dialogue fades out with its entry
    const { draft, task } = history;
    const kept = draft?.id === route.record ? draft : null; // left without saving, by the browser's own buttons
    return { ...CLOSED, route, task, waiting: null, draft: kept, entry: inList(history, route.record) };
  },
  filtered: (history, { filter }) => ({ filter, page: 1, waiting: null }),
  pageTurned: (history, { page }) => ({ page }),
  recordsAsked: () => ({ loading: true, waiting: null, problem: null }),
  recordsLoaded: (history, { records }) => ({ records, loading: false, waiting: null, problem: null }),
  recordsFailed: (history, { problem }) => ({ loading: false, waiting: null, problem }),
  evaluated: (history, { evaluation }) => ({ evaluation }),
  measuredChosen: (history, { model }) => ({ measuredModel: model }),
  historyWaited: (history, { waiting }) => ({ waiting }),
  entryAsked: () => ({ entryProblem: null }),
  entryLoaded: (history, { entry }) => ({ entry, waiting: null }),
  entryFailed: ({ task }, { problem }) => ({ entryProblem: problem, failed: task, task: null, waiting: null }),
  drafted: ({ entry, draft }, { changes }) => ({
    draft: { id: entry.id, note: entry.note, confirmed_dx: entry.confirmed_dx, ...draft, ...changes },
    saved: false,
    entryProblem: null,
  }),
  draftDropped: () => ({ draft: null, entryProblem: null }),
  taskBegun: (history, { task }) => ({ task, entryProblem: null, saved: false }),
  recordSaved: ({ records, entry: open, draft }, { entry }) => ({
    records: changed(records, (one) => (one.id === entry.id ? [entry] : [one])),
    entry: open?.id === entry.id ? entry : open,
    draft: draft?.id === entry.id ? null : draft,
    saved: open?.id === entry.id,
    task: null,
    waiting: null,
  }),
  recordDeleted: ({ records, draft }, { id }) => ({
    records: changed(records, (one) => (one.id === id ? [] : [one])),
    draft: draft?.id === id ? null : draft,
    task: null,
    waiting: null,
  }),
  deletingAllChanged: (history, { stage, problem = null }) => ({ deletingAll: stage, deletingProblem: problem, waiting: null }),
  allDeleted: () => ({ ...CLOSED, deletingAll: null, waiting: null, records: null, evaluation: null, filter: NO_FILTER, page: 1 }),
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
export const asDrafted = ({ entry, draft }) => (draft ? { ...entry, ...draft } : entry);

/** Whether the open record's fields hold anything that is not saved. */
export const isChanged = ({ entry, draft }) =>
  draft !== null && (draft.confirmed_dx !== entry.confirmed_dx || (draft.note ?? "").trim() !== (entry.note ?? ""));

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

/** What becomes of a picture here, in a few words; `record` is what the configuration says of it. */
export function keepingWords(record) {
  if (!record) return "Your picture is analysed in the server's memory and not kept.";
  const { images, retention_days: days } = record;
  const kept = images ? "The picture and the answer are kept" : "The answer, but not the picture, is kept";
  const time = days ? ` for ${days} ${days === 1 ? "day" : "days"}` : "";
  return `${kept} on the server${time}. Only this browser and whoever runs the server can see ${images ? "them" : "it"}.`;
}

/** What a screen reader hears of the list. */
export function historyWords({ records, loading }) {
  if (loading || !records) return "";
  const { total, page, per_page: size, items } = records;
  if (!items.length) return "No records.";
  const first = (page - 1) * size + 1;
  return `Records ${first} to ${first + items.length - 1} of ${total}.`;
}
