// What a person can do with evidence maps, as actions on the one state.
import { makeMap } from "./jobs.js";
import { clinicalInUse } from "./state.js";

/** The actions, and `stopMap`, which ends a map's making for whatever changes what it would be of. */
export function makeMapActions(current, dispatch) {
  let running = null; // cancels the map that is being made

  function stopMap() {
    running?.abort();
    running = null;
  }

  function cancelMap() {
    stopMap();
    dispatch({ type: "mapStopped" });
  }

  function askMap(choice) {
    stopMap();
    const { image, model } = current();
    const { precision, ...options } = choice;
    if (precision) options.precision = precision; // some methods have no choice of it
    const { signal } = (running = new AbortController());
    const send = (action) => signal.aborted || dispatch(action);
    const end = (action) => {
      if (!signal.aborted) running = null; // there is nothing left to cancel
      send(action);
    };
    dispatch({ type: "mapAsked", choice });
    makeMap(image, { model, ...options, ...clinicalInUse(current()) }, {
      signal,
      onUploaded: (share) => send({ type: "mapUploaded", share }),
      onWait: (waiting) => send({ type: "mapWaited", waiting }),
      onTold: (told) => send({ type: "mapTold", told }),
    }).then(
      (map) => end({ type: "mapMade", map }),
      (problem) => end({ type: "mapFailed", problem }),
    );
  }

  return {
    stopMap,
    cancelMap,
    askMap,
    chooseMap: (choice) => dispatch({ type: "mapChosen", choice }),
    layBeside: (key) => dispatch({ type: "mapLaidBeside", key }),
    toggleMaps: (isOpen) => dispatch({ type: "mapsToggled", isOpen }),
    setOpacity: (opacity) => dispatch({ type: "opacityChanged", opacity }),
  };
}
