// What a person can do with what the server keeps, as actions on the one state.
import { save } from "./drawing.js";
import { asDrafted, pagesOf } from "./history.js";
import { patiently } from "./patience.js";
import { changeRecord, deleteAllRecords, deleteRecord, getCSV, getEvaluation, getRecord, listRecords } from "./records.js";
import { HISTORY, readRoute } from "./route.js";

const TYPING_PAUSE_MS = 400; // after which a changed filter is asked about

const UNKNOWN = {
  title: "This record is gone",
  detail: "It was deleted, or its time had come, or it belongs to another browser.",
  canRetry: false,
};

const UNWRITTEN = {
  title: "This record is not written yet",
  detail: "The server is still at it. Try again in a moment.",
  canRetry: true,
};

export function makeHistoryActions(current, dispatch) {
  let listing = new AbortController(); // of the list that is asked for: a newer question replaces it
  let opening = new AbortController(); // of the record that is asked for
  const lasting = new AbortController(); // of changes, which go on though nobody looks: it never aborts
  let typing = null; // the timer of a filter that waits for the typing to end
  let entered = false; // whether the address was followed before
  let cameFromHere = false; // whether the open record was opened from another part of the page

  const history = () => current().history;

  /** What a problem means for one record: the newest may be unknown for a moment, since answers do not wait for it. */
  function ofRecord(problem, id) {
    if (problem.status !== 404) return problem;
    return { ...problem, ...(current().answer?.record === id ? UNWRITTEN : UNKNOWN) };
  }

  /** Ask, however long the server asks to wait, and send what comes of it unless `signal` has aborted. */
  function ask(attempt, signal, done, failed) {
    const send = (action) => signal.aborted || dispatch(action);
    const onWait = (waiting) => send({ type: "historyWaited", waiting });
    return patiently(attempt, { signal, onWait }).then(
      (answer) => signal.aborted || done(answer),
      (problem) => send(failed(problem)),
    );
  }

  function show(records) {
    const last = pagesOf(records);
    if (records.page > last) turnPage(last); // what stood there was deleted
    else dispatch({ type: "recordsLoaded", records });
  }

  function loadRecords() {
    clearTimeout(typing);
    listing.abort();
    const { signal } = (listing = new AbortController());
    const { filter, page } = history();
    dispatch({ type: "recordsAsked" });
    ask(() => listRecords(filter, page), signal, show, (problem) => ({ type: "recordsFailed", problem }));
  }

  function loadEvaluation() {
    const { measuredModel } = history();
    const evaluated = (evaluation) => history().measuredModel === measuredModel && dispatch({ type: "evaluated", evaluation });
    getEvaluation(measuredModel).then(evaluated, () => null); // the list's own problem says what there is to say
  }

  /** Ask for the list and for the evaluation, of which a server allows fewer: it is work. */
  function loadHistory() {
    loadRecords();
    loadEvaluation();
  }

  function chooseMeasured(model) {
    dispatch({ type: "measuredChosen", model });
    loadEvaluation();
  }

  function filterRecords(filter) {
    listing.abort();
    clearTimeout(typing);
    dispatch({ type: "filtered", filter });
    typing = setTimeout(loadRecords, TYPING_PAUSE_MS);
  }

  function turnPage(page) {
    dispatch({ type: "pageTurned", page });
    loadRecords();
  }

  function loadEntry() {
    const { signal } = (opening = new AbortController());
    const { record } = history().route;
    dispatch({ type: "entryAsked" });
    const loaded = (entry) => dispatch({ type: "entryLoaded", entry });
    ask(() => getRecord(record), signal, loaded, (problem) => ({ type: "entryFailed", problem: ofRecord(problem, record) }));
  }

  /** Show the part of the page that its address names. */
  function follow() {
    const route = readRoute(window.location.hash);
    const { config } = current();
    if (!route || !config?.record) return;
    const { route: before } = history();
    opening.abort();
    clearTimeout(typing);
    cameFromHere = entered && !before.record;
    entered = true;
    dispatch({ type: "routed", route });
    if (route.part !== HISTORY) listing.abort();
    else if (before.part !== HISTORY) loadHistory();
    if (route.record && !history().entry) loadEntry();
  }

  /** Close the open record, so that going back does not open it again. */
  function leaveRecord() {
    if (cameFromHere) window.history.back();
    else window.location.replace(HISTORY);
  }

  /** Do to the open record what `attempt` does, one thing at a time; it goes on though the record is closed. */
  function change(task, id, attempt, done) {
    if (history().task) return;
    dispatch({ type: "taskBegun", task });
    ask(attempt, lasting.signal, done, (problem) => ({ type: "entryFailed", problem: ofRecord(problem, id) }));
  }

  function saveRecord() {
    const { id, note, confirmed_dx } = asDrafted(history());
    change("saving", id, () => changeRecord(id, { note: note?.trim() || null, confirmed_dx }), (entry) => {
      dispatch({ type: "recordSaved", entry });
      loadHistory();
    });
  }

  function deleteOpenRecord() {
    const { id } = history().entry;
    change("deleting", id, () => deleteRecord(id), () => {
      dispatch({ type: "recordDeleted", id });
      dispatch({ type: "answerForgotten", ids: [id] });
      if (history().route.record === id) leaveRecord();
      loadHistory();
    });
  }

  /** Delete a record that another answer about the same case takes the place of, unless somebody has completed it. */
  async function supersede(id) {
    const { note, confirmed_dx } = await getRecord(id);
    if (!note && !confirmed_dx) await deleteRecord(id);
  }

  function deleteAll() {
    dispatch({ type: "deletingAllChanged", stage: "deleting" });
    const done = () => {
      dispatch({ type: "allDeleted" });
      dispatch({ type: "answerForgotten", ids: [current().answer?.record] });
      loadHistory();
    };
    ask(deleteAllRecords, lasting.signal, done, (problem) => ({ type: "deletingAllChanged", stage: "asked", problem }));
  }

  function saveCSV() {
    getCSV(history().filter).then(
      (file) => save(file, "lesion-history.csv"),
      (problem) => dispatch({ type: "recordsFailed", problem }),
    );
  }

  return {
    askDeleteAll: (asked) => dispatch({ type: "deletingAllChanged", stage: asked ? "asked" : null }),
    chooseMeasured,
    changeDraft: (changes) => dispatch({ type: "drafted", changes }),
    deleteAll,
    deleteOpenRecord,
    dropDraft: () => dispatch({ type: "draftDropped" }),
    filterRecords,
    follow,
    leaveRecord,
    loadEntry,
    loadHistory,
    retry: () => history().problem && history().route.part === HISTORY && loadHistory(),
    saveCSV,
    saveRecord,
    supersede,
    turnPage,
  };
}
