// What a person can do with what the server keeps, as actions on the one state.
import { callOf, makeCalls } from "./calls.js";
import { save } from "./drawing.js";
import { asDrafted, modelWords, pagesOf } from "./history.js";
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
  const { ask, stop, giveUp } = makeCalls(dispatch);
  let typing = null; // the timer of a filter that waits for the typing to end
  let entered = false; // whether the address was followed before
  let cameFromHere = false; // whether the open record was opened from another part of the page

  const history = () => current().history;

  /** What a problem means for one record: the newest may be unknown for a moment, since answers do not wait for it. */
  function ofRecord(problem, id) {
    if (problem.status !== 404) return problem;
    return { ...problem, ...(current().answer?.record === id ? UNWRITTEN : UNKNOWN) };
  }

  const inVain = (name) => callOf(history(), name).problem !== null;
  const isRunning = (name) => callOf(history(), name).running;

  function show(records) {
    const last = pagesOf(records);
    if (records.page > last) turnPage(last); // what stood there was deleted
    else dispatch({ type: "recordsLoaded", records });
  }

  function loadRecords() {
    clearTimeout(typing);
    const { filter, page } = history();
    ask("list", () => listRecords(filter, page), show);
  }

  function loadEvaluation() {
    const { measuredModel: chosen } = history();
    ask("evaluation", () => getEvaluation(chosen), (evaluation) => {
      const isThere = !chosen || evaluation.models.some((model) => modelWords(model) === chosen);
      if (isThere) dispatch({ type: "evaluated", evaluation });
      else chooseMeasured(null); // the last of its cases is gone
    });
  }

  const isShown = () => history().route.part === HISTORY;

  /** Ask for the list, and for the evaluation where that is another by now: a server allows fewer, since it is work. */
  function reload(measured) {
    if (!isShown()) return; // it is asked for once it is
    loadRecords();
    if (measured) loadEvaluation();
  }

  /** Ask again for what could not be had. */
  function retry() {
    if (isShown() && inVain("list")) loadRecords();
    if (isShown() && inVain("evaluation")) loadEvaluation();
  }

  function chooseMeasured(model) {
    dispatch({ type: "measuredChosen", model });
    loadEvaluation();
  }

  function filterRecords(filter) {
    stop("list");
    clearTimeout(typing);
    dispatch({ type: "filtered", filter });
    typing = setTimeout(loadRecords, TYPING_PAUSE_MS);
  }

  function leaveList() {
    clearTimeout(typing);
    ["list", "evaluation"].forEach(stop);
  }

  function turnPage(page) {
    dispatch({ type: "pageTurned", page });
    loadRecords();
  }

  function loadEntry() {
    const { record } = history().route;
    const explain = (problem) => ofRecord(problem, record);
    ask("entry", () => getRecord(record), (entry) => dispatch({ type: "entryLoaded", entry }), { explain });
  }

  /** Show the part of the page that its address names. */
  function follow() {
    const route = readRoute(window.location.hash);
    const { config } = current();
    if (!route || !config?.record) return;
    const { route: before } = history();
    stop("entry");
    cameFromHere = entered && !before.record;
    entered = true;
    dispatch({ type: "routed", route });
    if (route.part !== HISTORY) leaveList();
    else if (before.part !== HISTORY) reload(true);
    if (route.record && !history().entry) loadEntry();
  }

  /** Close the open record, so that going back does not open it again. */
  function leaveRecord() {
    if (cameFromHere) window.history.back();
    else window.location.replace(HISTORY);
  }

  /** Do to a record what `attempt` does, one thing at a time; it goes on though the record is closed. */
  function change(task, id, attempt, done) {
    if (isRunning(id)) return;
    ask(id, attempt, done, { task, explain: (problem) => ofRecord(problem, id) });
  }

  function saveRecord() {
    const { entry, drafts } = history();
    const { id, note, confirmed_dx } = asDrafted(history());
    change("saving", id, () => changeRecord(id, { note: note?.trim() || null, confirmed_dx }), (saved) => {
      dispatch({ type: "recordSaved", entry: saved, sent: drafts[id] });
      if (confirmed_dx !== entry.confirmed_dx) reload(true);
    });
  }

  function deleteOpenRecord() {
    const { id, confirmed_dx } = history().entry;
    change("deleting", id, () => deleteRecord(id), () => {
      dispatch({ type: "recordDeleted", id });
      dispatch({ type: "answerForgotten", ids: [id] });
      if (history().route.record === id) leaveRecord();
      reload(Boolean(confirmed_dx));
    });
  }

  /** Keep the open record after all, though its deletion waits or was in vain; not what is on its way already. */
  function keepOpenRecord() {
    const { id } = history().entry;
    const { task, asking } = callOf(history(), id);
    if (task === "deleting" && !asking) giveUp(id);
  }

  /** Delete a record that another answer about the same case takes the place of, unless somebody has completed it. */
  async function supersede(id) {
    const { note, confirmed_dx } = await getRecord(id);
    if (!note && !confirmed_dx) await deleteRecord(id);
  }

  function deleteAll() {
    ask("all", deleteAllRecords, () => {
      dispatch({ type: "allDeleted" });
      dispatch({ type: "answerForgotten", ids: [current().answer?.record] });
      reload(true);
    });
  }

  /** Close the question, and keep all: not while the deletion is on its way, when that could not be promised. */
  function keepAll() {
    if (callOf(history(), "all").asking) return;
    giveUp("all");
    dispatch({ type: "deletingAllAsked", asked: false });
  }

  function saveCSV() {
    const { filter } = history();
    if (!isRunning("sheet")) ask("sheet", () => getCSV(filter), (file) => save(file, "lesion-history.csv"));
  }

  return {
    askDeleteAll: () => dispatch({ type: "deletingAllAsked", asked: true }),
    chooseMeasured,
    changeDraft: (changes) => dispatch({ type: "drafted", changes }),
    deleteAll,
    deleteOpenRecord,
    dropDraft: () => dispatch({ type: "draftDropped" }),
    filterRecords,
    follow,
    keepAll,
    keepOpenRecord,
    leaveRecord,
    loadEntry,
    retry,
    saveCSV,
    saveRecord,
    supersede,
    turnPage,
  };
}
