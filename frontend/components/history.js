// What the server keeps of this browser's pictures: found by filter, page by page; and how the model did on them.
import { callOf } from "../calls.js";
import { isFiltered, keepingWords } from "../history.js";
import { Button, Col, Fragment, html, Row } from "../lib.js";
import { ANALYSE } from "../route.js";
import { DeleteAll } from "./delete-all.js";
import { clearFilters, Filters } from "./filters.js";
import { Icon } from "./icons.js";
import { OwnCases } from "./own-cases.js";
import { RecordDialogue } from "./record.js";
import { Paging, RecordList } from "./record-list.js";
import { Problem } from "./steps.js";
import { Waiting } from "./waiting.js";

/** In place of a list without records: none at all, or none that fit. */
function Nothing({ filtered, onClear }) {
  if (filtered) {
    return html`
      <div className="panel nothing">
        <p>No record fits these filters.</p>
        <${Button} color="secondary" onClick=${onClear}>Clear the filters<//>
      </div>
    `;
  }
  return html`
    <div className="panel nothing">
      <p>Nothing is kept yet. Pictures that you analyse from now on are listed here.</p>
      <a className="btn btn-primary" href=${ANALYSE}>Analyse a picture</a>
    </div>
  `;
}

function Found({ history, config: { diagnoses, advice }, actions }) {
  const { records } = history;
  const loading = callOf(history, "list").running;
  if (!records.items.length) {
    return html`<${Nothing} filtered=${isFiltered(history)} onClear=${() => clearFilters(actions.filterRecords)} />`;
  }
  return html`
    <div className=${loading ? "is-loading" : ""} aria-busy=${loading}>
      <${RecordList} history=${history} diagnoses=${diagnoses} />
      <p className="no-all-clear">“Not flagged” is no all-clear. ${advice.benign}</p>
      <${Paging} records=${records} onTurn=${actions.turnPage} />
    </div>
  `;
}

function Records({ history, config, empty, actions }) {
  const { records } = history;
  const { running, waiting, problem } = callOf(history, "list");
  return html`
    <${Fragment}>
      ${!empty && html`<${Filters} filter=${history.filter} onFilter=${actions.filterRecords} />`}
      ${waiting && html`<${Waiting} waiting=${waiting} />`}
      ${problem && html`<${Problem} problem=${problem} onRetry=${actions.retry} />`}
      ${running && !records && !waiting && html`<p>Loading the records…</p>`}
      ${records && html`<${Found} history=${history} config=${config} actions=${actions} />`}
    <//>
  `;
}

function Everything({ filtered, sheet: { waiting, problem }, onCSV, onDelete }) {
  return html`
    <section className="everything" aria-label="All records">
      <${Button} color="secondary" onClick=${onCSV}><${Icon} name="download" /> Save ${filtered && "those found "}as CSV<//>
      <${Button} color="secondary" onClick=${onDelete}><${Icon} name="bin" /> Delete all<//>
      ${waiting && html`<${Waiting} waiting=${waiting} />`}
      ${problem && html`<${Problem} problem=${problem} onRetry=${onCSV} />`}
    </section>
  `;
}

export function History({ state, actions }) {
  const { config, history } = state;
  const filtered = isFiltered(history);
  const empty = history.records?.total === 0 && !filtered;
  return html`
    <section className="history" aria-labelledby="history-title">
      <h2 id="history-title">History</h2>
      <p className="history-intro">${keepingWords(config.record)} Once its cookies are deleted, this browser no longer finds them.</p>
      <${Row} className="gx-lg-5 gy-4">
        <${Col} lg="8"><${Records} history=${history} config=${config} empty=${empty} actions=${actions} /><//>
        <${Col} lg="4" className="history-side">
          <${OwnCases} history=${history} onChoose=${actions.chooseMeasured} onRetry=${actions.retry} />
          ${!empty && html`
            <${Everything} filtered=${filtered} sheet=${callOf(history, "sheet")} onCSV=${actions.saveCSV}
              onDelete=${actions.askDeleteAll} />`}
        <//>
      <//>
      <${RecordDialogue} history=${history} config=${config} actions=${actions} />
      <${DeleteAll} history=${history} actions=${actions} />
    </section>
  `;
}
