// Which records are wanted: by verdict, by whether the diagnosis is confirmed, and from when.
import { isFiltered, NO_FILTER } from "../history.js";
import { Button, Col, Form, html, Input, Label, Row } from "../lib.js";

const VERDICTS = [["", "Any"], ["malignant", "Flagged"], ["benign", "Not flagged"]];
const CONFIRMED = [["", "Any"], ["true", "Confirmed"], ["false", "Not confirmed"]];
const LAST_DAY = "9999-12-31"; // without a last one, a year takes six digits

function Field({ id, label, value, onChange, ...input }) {
  return html`
    <${Col} xs="6" md="3">
      <${Label} for=${id}>${label}<//>
      <${Input} id=${id} value=${value} onChange=${({ target }) => onChange(target.value)} ...${input} />
    <//>
  `;
}

const options = (choices) => choices.map(([value, words]) => html`<option key=${value} value=${value}>${words}</option>`);

/** Show all records again; the button that had the focus will be gone. */
export function clearFilters(onFilter) {
  onFilter(NO_FILTER);
  document.getElementById("filter-verdict").focus();
}

export function Filters({ filter, onFilter }) {
  const change = (name) => (value) => onFilter({ ...filter, [name]: value });
  const { verdict, confirmed, from, to } = filter;
  return html`
    <${Form} className="filters" role="search" aria-label="Filter the records" onSubmit=${(event) => event.preventDefault()}>
      <${Row} className="g-3">
        <${Field} id="filter-verdict" label="Verdict" type="select" value=${verdict} onChange=${change("verdict")}>${options(VERDICTS)}<//>
        <${Field} id="filter-confirmed" label="Diagnosis" type="select" value=${confirmed} onChange=${change("confirmed")}>${options(CONFIRMED)}<//>
        <${Field} id="filter-from" label="From" type="date" value=${from} max=${to || LAST_DAY} onChange=${change("from")} />
        <${Field} id="filter-to" label="To" type="date" value=${to} min=${from || undefined} max=${LAST_DAY} onChange=${change("to")} />
      <//>
      ${isFiltered({ filter }) && html`
        <${Button} color="secondary" size="sm" onClick=${() => clearFilters(onFilter)}>Clear the filters<//>`}
    <//>
  `;
}
