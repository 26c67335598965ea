// Which diagnoses remain at a stated level, where the model was fitted to say so.
import { html } from "../lib.js";
import { MalignantMark } from "./malignant.js";

/** What the set says, before its diagnoses are named; one and all of them mean something of their own. */
function opening(found, known) {
  if (found === 1) return "one diagnosis is left:";
  return found === known ? "no diagnosis can be ruled out." : "the diagnosis is among";
}

function Names({ diagnoses }) {
  return diagnoses.map(({ dx, name, malignant }, index) => html`
    <span key=${dx}>
      ${index > 0 && (index === diagnoses.length - 1 ? " and " : ", ")}
      <strong>${name}</strong>${malignant && html` <${MalignantMark} dx=${dx} />`}
    </span>
  `);
}

/** `set` is {level, dx}, or null for a model without; `diagnoses` are all that it knows, the likeliest first. */
export function DiagnosisSet({ set, diagnoses, prediction }) {
  if (!set) return null;
  const among = diagnoses.filter(({ dx }) => set.dx.includes(dx));
  const few = among.length < diagnoses.length;
  const overruled = prediction === "malignant" && !among.some(({ malignant }) => malignant);
  const level = Math.round(100 * set.level);
  return html`
    <div className="diagnosis-set">
      <p>At ${level}${"\u00a0"}%, ${opening(among.length, diagnoses.length)} ${few && html`<${Names} diagnoses=${among} />.`}</p>
      ${overruled && html`
        <p>None of these is malignant, and yet the lesion is flagged: the flag adds up all malignant diagnoses, and it stands.</p>`}
      <p className="small text-body-secondary">
        Such a list is made to hold the right diagnosis for ${level} of 100 lesions of each kind, if they come from where those came from
        that the model was fitted on; of others it may hold fewer. A diagnosis that stands alone is not a certain one.
      </p>
    </div>
  `;
}
