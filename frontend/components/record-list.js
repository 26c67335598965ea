// Records as a list of links, the newest first; and the pages of it.
import { probability } from "../format.js";
import { asResult, outcomeOf, pagesOf, workWords } from "../history.js";
import { Button, html } from "../lib.js";
import { recordAddress } from "../route.js";
import { isJudged } from "../state.js";
import { Icon } from "./icons.js";
import { headline, tone } from "./verdict.js";

const TIME = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "short" });

export function Moment({ time }) {
  return html`<time dateTime=${time} className="number">${TIME.format(new Date(time))}</time>`;
}

/** The confirmed diagnosis held against the verdict: agreed or not, in words. */
function Confirmed({ outcome }) {
  if (!outcome) return html`<span className="record-confirmed">Not confirmed yet</span>`;
  const { name, agrees } = outcome;
  return html`
    <span className="record-confirmed is-confirmed">
      <${Icon} name=${agrees ? "known" : "close"} />
      <span>Confirmed: ${name}. ${agrees ? "The verdict agrees." : "The verdict disagrees."}</span>
    </span>
  `;
}

function RecordLink({ record, work, diagnoses }) {
  const result = asResult(record);
  const { className, icon } = tone(result);
  return html`
    <li>
      <a href=${recordAddress(record.id)} className=${`record ${className}`}>
        <span className="record-verdict"><${Icon} name=${icon} /> ${headline(result)}</span>
        <span className="record-probability number">${isJudged(result) && probability(record.probability)}</span>
        <${Moment} time=${record.time} />
        <${Confirmed} outcome=${outcomeOf(record, diagnoses)} />
        ${record.note && html`<span className="record-note">${record.note}</span>`}
        ${work && html`<span className="record-work">${work}</span>`}
      </a>
    </li>
  `;
}

export function RecordList({ history, diagnoses }) {
  return html`
    <ul className="records">
      ${history.records.items.map((record) => html`
        <${RecordLink} key=${record.id} record=${record} work=${workWords(history, record)} diagnoses=${diagnoses} />`)}
    </ul>
  `;
}

export function Paging({ records, onTurn }) {
  const { total, page, per_page: size, items } = records;
  const first = (page - 1) * size + 1;
  const turn = (to) => () => {
    onTurn(to);
    document.getElementById("main").focus({ preventScroll: true });
    document.getElementById("history-title").scrollIntoView({ block: "start" });
  };
  return html`
    <nav className="paging" aria-label="Pages of records">
      <span className="number">${first}–${first + items.length - 1} of ${total.toLocaleString("en")}</span>
      ${total > size && html`
        <${Button} color="secondary" size="sm" disabled=${page === 1} onClick=${turn(page - 1)}>Newer<//>
        <${Button} color="secondary" size="sm" disabled=${page === pagesOf(records)} onClick=${turn(page + 1)}>Older<//>`}
    </nav>
  `;
}
