// The part of the page's state that is about evidence maps, and the views that are derived from it.

/** The map that comes with every answer. */
const FREE = { method: "cam", target: "malignant", precision: null };

export const keyOf = ({ method, target, precision }) => [method, target, precision ?? "-"].join(" ");
const FREE_KEY = keyOf(FREE);

export const EVIDENCE = {
  mapChoice: FREE, // {method, target, precision} as the fields hold it
  mapsOpen: false, // whether those fields are unfolded
  opacity: 0.6, // of the maps
};

/** What holds for one answer alone. */
export const NO_MAPS = {
  maps: {}, // key -> the map, of those that were made besides the free one
  shownMap: FREE_KEY, // key of the map over the picture
  besideMap: null, // key of the map over the picture's second copy
  mapJob: null, // {choice, uploaded, waiting, state, done, total} while one is being made
  mapProblem: null, // why the last one was not made
};

const show = ({ besideMap }, key) => ({ shownMap: key, besideMap: besideMap === key ? null : besideMap });

export const EVIDENCE_CHANGES = {
  mapChosen: (state, { choice }) => ({
    mapChoice: choice,
    mapProblem: null,
    ...(isMade(state, choice) ? show(state, keyOf(choice)) : {}),
  }),
  mapAsked: (state, { choice }) => ({ mapJob: { choice, uploaded: 0, state: "sending", done: 0, total: 0 }, mapProblem: null }),
  mapUploaded: ({ mapJob }, { share }) => ({ mapJob: { ...mapJob, uploaded: share, waiting: null } }),
  mapWaited: ({ mapJob }, { waiting }) => ({ mapJob: { ...mapJob, waiting } }),
  mapTold: ({ mapJob }, { told: { state, done, total } }) => ({ mapJob: { ...mapJob, state, done, total } }),
  mapMade: (state, { map }) => {
    const { choice } = state.mapJob;
    return { maps: { ...state.maps, [keyOf(choice)]: { ...map, ...choice } }, mapJob: null, ...show(state, keyOf(choice)) };
  },
  mapFailed: (state, { problem }) => ({ mapJob: null, mapProblem: problem }),
  mapStopped: () => ({ mapJob: null }),
  mapLaidBeside: (state, { key }) => ({ besideMap: key }),
  mapsToggled: (state, { isOpen }) => ({ mapsOpen: isOpen }),
  opacityChanged: (state, { opacity }) => ({ opacity }),
};

const isMade = ({ maps }, choice) => keyOf(choice) === FREE_KEY || keyOf(choice) in maps;

/** A target in words, where `diagnoses` are [{dx, name}]. */
export const targetName = (target, diagnoses) => diagnoses.find(({ dx }) => dx === target)?.name ?? target;

/** The target of maps that are shown, in words; where they differ, only that each has one. */
export function commonTarget([{ target }, ...others], diagnoses) {
  return others.every((other) => other.target === target) ? `“${targetName(target, diagnoses)}”` : "its target";
}

/** A map in words: by which method, for what, how precise. */
export function mapWords(map, method, diagnoses) {
  const level = method.precisions.find(({ name }) => name === map.precision);
  const words = [method.title, targetName(map.target, diagnoses)];
  if (level) words.push(`${level.name} precision, ${level.samples} samples`);
  return words.join(" · ");
}

/** Of what a model offers ({targets, methods}) what is nearest to `wanted`. */
export function nearestChoice({ targets, methods }, wanted) {
  const usable = methods.filter(({ unavailable }) => !unavailable);
  const method = usable.find(({ name }) => name === wanted.method) ?? usable[0];
  const precision = method.precisions.find(({ name }) => name === wanted.precision) ?? method.precisions[0];
  const target = targets.includes(wanted.target) ? wanted.target : targets[0];
  return { method: method.name, target, precision: precision?.name ?? null };
}

/** All maps that can be shown, by key: the answer's own, then the others in the order of their making. */
export const allMaps = ({ maps }, free) => ({ [FREE_KEY]: { ...free, precision: null, isFree: true }, ...maps });
