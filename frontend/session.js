// What a person can do on the page, as actions on the one state.
import { classify, getCard, getConfig, getRoc } from "./api.js";
import { useEffect, useMemo, useState } from "./lib.js";
import { megabytes } from "./format.js";
import { makeMapActions } from "./explaining.js";
import { makeHistoryActions } from "./keeping.js";
import { patiently } from "./patience.js";
import { ANALYSE } from "./route.js";
import { settingInUse } from "./setting.js";
import { clinicalInUse, INITIAL, keepingInUse, reduce } from "./state.js";

const TYPING_PAUSE_MS = 400; // after which a changed age, sex, site or threshold is asked about

const tooLarge = (size, limit) => ({
  title: "This file is too large",
  detail:
    `It has ${megabytes(size)}, and at most ${megabytes(limit)} are accepted. ` +
    "Reduce the picture or save it as a JPEG, then choose it again.",
});

/** The actions, given `current`, which returns the newest state, and `dispatch`, which changes it at once. */
function makeActions(current, dispatch) {
  let running = null; // aborts the request under way: a newer one replaces it
  let pause = null; // the timer of a request that waits for the typing to end
  const { stopMap, ...mapActions } = makeMapActions(current, dispatch);
  const historyActions = makeHistoryActions(current, dispatch);

  function stop() {
    clearTimeout(pause);
    running?.abort();
    running = null;
  }

  function release() {
    stop();
    stopMap();
    URL.revokeObjectURL(current().image?.url);
  }

  function ask() {
    stop();
    const { image, model } = current();
    const { signal } = (running = new AbortController());
    const send = (action) => signal.aborted || dispatch(action);
    dispatch({ type: "asked" });
    const options = { model, ...settingInUse(current()), ...clinicalInUse(current()), ...keepingInUse(current()) };
    const onUploaded = (share) => send({ type: "uploaded", share });
    const onWait = (waiting) => send({ type: "waited", waiting });
    function answered(result) {
      const { stale, answer: before } = current();
      send({ type: "answered", answer: result });
      if (stale && before.record && result.record) historyActions.supersede(before.record).catch(() => null); // one too many does no harm
    }
    patiently(() => classify(image, options, { signal, onUploaded }), { signal, onWait }).then(
      answered,
      (problem) => {
        if (current().stale) stopMap(); // there is no result left that it would be of
        send({ type: "failed", problem });
      },
    );
  }

  function show(image, notice = null) {
    release();
    dispatch({ type: "imageChosen", image, notice });
    ask();
  }

  function chooseFiles(files) {
    const [file] = files;
    const limit = current().config.limits.max_bytes;
    if (!file) return;
    if (current().history.route.part !== ANALYSE) window.location.hash = ANALYSE;
    if (file.size > limit) {
      release();
      dispatch({ type: "refused", problem: tooLarge(file.size, limit) });
      return;
    }
    const notice = files.length > 1 ? `Only the first of ${files.length} files was taken.` : null;
    show({ file, url: URL.createObjectURL(file) }, notice);
  }

  function chooseOperatingPoint(name) {
    stop();
    dispatch({ type: "operatingPointChosen", name });
    const { answer, decisions, stale } = current();
    if (stale || (answer && !decisions[name])) ask();
  }

  function chooseThreshold(threshold) {
    stop();
    dispatch({ type: "thresholdChosen", threshold });
    pause = setTimeout(ask, TYPING_PAUSE_MS);
  }

  function changeClinical(clinical) {
    stop();
    stopMap();
    dispatch({ type: "clinicalChanged", clinical });
    if (current().image) pause = setTimeout(ask, TYPING_PAUSE_MS);
  }

  function chooseModel(model) {
    stop();
    stopMap();
    dispatch({ type: "modelChosen", model });
    if (current().image) ask();
  }

  function cancel() {
    stop();
    dispatch({ type: "stopped" });
  }

  function clear() {
    release();
    dispatch({ type: "cleared" });
  }

  function loadConfig() {
    const onWait = (waiting) => dispatch({ type: "startWaited", waiting });
    return patiently(getConfig, { onWait }).then(
      (config) => {
        dispatch({ type: "configured", config });
        historyActions.follow();
      },
      (problem) => dispatch({ type: "failed", problem }),
    );
  }

  /** Get what belongs to the model in use, and dispatch what comes of it, unless another is in use by then. */
  function load(get, loaded, failed) {
    const { model } = current();
    const send = (action) => current().model === model && dispatch(action);
    return get(model).then((found) => send(loaded(found)), (problem) => send({ type: failed, problem }));
  }

  const loadCard = () => load(getCard, (card) => ({ type: "cardLoaded", card }), "cardFailed");
  const loadRoc = () => load(getRoc, (roc) => ({ type: "rocLoaded", roc }), "rocFailed");

  return {
    ...mapActions,
    ...historyActions,
    ask,
    cancel,
    changeClinical,
    chooseFiles,
    chooseModel,
    chooseOperatingPoint,
    choosePrevalence: (prevalence) => dispatch({ type: "prevalenceChosen", prevalence }),
    chooseSample: (sample) => show({ sample, url: sample.url }),
    chooseThreshold,
    clear,
    loadCard,
    loadConfig,
    loadRoc,
    reconnect: () => (current().config ? historyActions.retry() : loadConfig()),
    toggleAbout: () => dispatch({ type: "aboutToggled" }),
  };
}

/** The page's state and what can be done with it; loads the configuration once. */
export function useSession() {
  const [state, setState] = useState(INITIAL);
  const actions = useMemo(() => {
    let newest = INITIAL; // ahead of what is rendered, so that an action sees what the one before it did
    return makeActions(
      () => newest,
      (action) => setState((newest = reduce(newest, action))),
    );
  }, []);
  useEffect(() => {
    actions.loadConfig();
    window.addEventListener("hashchange", actions.follow);
    window.addEventListener("online", actions.reconnect);
    window.addEventListener("pagehide", actions.cancelMap); // nobody will look at it
  }, []);
  return [state, actions];
}
