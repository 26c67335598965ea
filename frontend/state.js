// All state of the page, changed by one reducer; and the views that are derived from it.
import { allMaps, EVIDENCE, EVIDENCE_CHANGES, NO_MAPS } from "./evidence.js";
import { HISTORY_CHANGES, HISTORY_STATE } from "./history.js";
import { otherModel, pointInUse, SETTING, SETTING_CHANGES } from "./setting.js";

export const INITIAL = {
  config: null, // what GET /api/config answered
  startWaiting: null, // {problem, until} while the server asks to come back later for it
  image: null, // {url, sample} or {url, file}: what is to be judged
  model: null, // name of the model in use
  clinical: { age: "", sex: "", localization: "" }, // as the fields hold it; empty is not known
  request: null, // {uploaded: share of the upload that has arrived, waiting: {problem, until}} while one is under way
  answer: null, // the first answer for this image, model and clinical values
  stale: false, // whether `answer` is for earlier clinical values, and stands until the new one comes
  decisions: {}, // operating point name -> {prediction, triage, explanation} as the server decided
  problem: null, // what went wrong last
  notice: null, // a sentence about what was done with the input
  aboutOpen: false,
  card: null, // what GET /api/models/<model> answered
  cardProblem: null,
  history: HISTORY_STATE,
  ...EVIDENCE,
  ...NO_MAPS,
  ...SETTING,
};

const NO_ANSWER = { answer: null, stale: false, decisions: {}, problem: null, request: null, notice: null, ...NO_MAPS };

const decisionOf = ({ prediction, triage, explanation }) => ({ prediction, triage, explanation });

const defaultModel = (config) => config.models.find((model) => model.default) ?? config.models[0];

const CHANGES = {
  ...EVIDENCE_CHANGES,
  ...HISTORY_CHANGES,
  ...SETTING_CHANGES,
  configured: (state, { config }) => ({
    config,
    model: defaultModel(config).name,
    operatingPoint: defaultModel(config).default_operating_point,
    problem: null,
    startWaiting: null,
  }),
  imageChosen: (state, { image, notice = null }) => ({ ...NO_ANSWER, image, notice }),
  cleared: () => ({ ...NO_ANSWER, image: null }),
  modelChosen: (state, { model }) => ({
    ...NO_ANSWER,
    model: model.name,
    ...otherModel(state, model),
    card: null,
    cardProblem: null,
  }),
  clinicalChanged: ({ answer, image }, { clinical }) => ({
    clinical,
    stale: answer !== null,
    request: image && !answer ? { uploaded: 0 } : null, // it will be under way in a moment
    problem: null,
    ...NO_MAPS,
  }),
  asked: () => ({ request: { uploaded: 0 }, problem: null }),
  uploaded: (state, { share }) => ({ request: { uploaded: share } }),
  waited: (state, { waiting }) => ({ request: { uploaded: 0, waiting } }),
  startWaited: (state, { waiting }) => ({ startWaiting: waiting, problem: null }),
  answered: ({ answer: first, stale, decisions }, { answer }) => ({
    answer: (stale ? null : first) ?? answer,
    stale: false,
    decisions: { ...(stale ? {} : decisions), [answer.operating_point.name]: decisionOf(answer) },
    request: null,
  }),
  answerForgotten: ({ answer }, { ids }) => (ids.includes(answer?.record) ? { answer: { ...answer, record: undefined } } : {}),
  failed: ({ stale }, { problem }) => (stale ? { ...NO_ANSWER, problem } : { problem, request: null, startWaiting: null }),
  refused: (state, { problem }) => ({ ...NO_ANSWER, image: null, problem }),
  stopped: () => ({ request: null }),
  aboutToggled: (state) => ({ aboutOpen: !state.aboutOpen, cardProblem: null }),
  cardLoaded: (state, { card }) => ({ card, cardProblem: null }),
  cardFailed: (state, { problem }) => ({ cardProblem: problem }),
};

export const reduce = (state, action) => ({ ...state, ...CHANGES[action.type](state, action) });

export const modelInUse = ({ config, model }) => config?.models.find(({ name }) => name === model) ?? null;

/** Whether the text of the age field is an age that the model takes, or empty. */
export const ageIsUsable = (age, { age_min, age_max }) => age === "" || (Number(age) >= age_min && Number(age) <= age_max);

/** The clinical values to send with a picture: those that are known, for a model that takes them. */
export function clinicalInUse(state) {
  const fields = modelInUse(state)?.clinical;
  if (!fields) return {};
  const { age, ...words } = state.clinical;
  const known = Object.entries(words).filter(([, word]) => word);
  if (age !== "" && ageIsUsable(age, fields)) known.push(["age", Number(age)]);
  return Object.fromEntries(known);
}

/**
 * The option that tells a server which keeps answers to leave this one out: a sample is nobody's case, and
 * another look at a case that is kept is no other case.
 */
export function keepingInUse({ config, image, answer, stale }) {
  const isCase = !image.sample && (answer === null || stale);
  return config.record && !isCase ? { record: false } : {};
}

/** Whether an answer used anything beside the picture. */
export const wasTold = ({ clinical }) => Object.values(clinical ?? {}).some((value) => value !== null);

/** An operating point with what was measured at it where something beside the picture is told, or nothing. */
const asTold = (point, told) => (told ? point : { ...point, ...point.without_clinical });

/**
 * The result at the operating point in use, or null. The probability does not depend on that point, so the
 * verdict follows at once from its threshold; `triage` is null, and the evidence map that of the first answer,
 * until the server has answered for it.
 */
export function resultInUse(state) {
  const { answer, decisions, operatingPoint } = state;
  if (!answer) return null;
  const point = pointInUse(state, modelInUse(state).operating_points);
  const local = { prediction: answer.probability >= point.threshold ? "malignant" : "benign", triage: null };
  return { ...answer, operating_point: asTold(point, wasTold(answer)), ...(decisions[operatingPoint] ?? local) };
}

/** Whether the model judges a picture: it is good enough, and looks like those that the model knows. */
export const isJudged = ({ quality, distribution }) => quality.ok && distribution?.ok !== false;

/** The evidence maps of the result, by key; null where there is none, or the picture could not be judged. */
export function mapsInUse(state) {
  const result = resultInUse(state);
  return result?.explanation && isJudged(result) ? allMaps(state, result.explanation) : null;
}
