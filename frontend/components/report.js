// A bundle's report, drawn from its report.json: the words, pictures and tables that its own page has too.
import { Fragment, html, Table } from "../lib.js";

/** What does not fit a phone scrolls by itself, for the keyboard too. */
const scrolling = (title) => ({ tabIndex: 0, role: "group", "aria-label": title });

function Picture({ picture: { file, width, height, title, reading, wide }, address }) {
  return html`
    <figure>
      <div className=${wide ? "plot is-wide" : "plot"} ...${wide && scrolling(title)}>
        <img src=${`${address}/${file}`} width=${width} height=${height} alt=${title} loading="lazy" />
      </div>
      <figcaption><strong>${title}.</strong> ${reading}</figcaption>
    </figure>
  `;
}

function Cells({ cells: [first, ...others] }) {
  return html`<tr><th scope="row">${first}</th>${others.map((cell, place) => html`<td key=${place}>${cell}</td>`)}</tr>`;
}

function Rows({ table: { title, columns, rows } }) {
  return html`
    <div className="rows" ...${scrolling(title)}>
      <${Table} size="sm" className="measures">
        <caption>${title}</caption>
        <thead><tr>${columns.map((name) => html`<th key=${name} scope="col">${name}</th>`)}</tr></thead>
        <tbody>${rows.map((cells) => html`<${Cells} key=${cells[0]} cells=${cells} />`)}</tbody>
      <//>
    </div>
  `;
}

function Section({ section: { title, text, pictures, tables }, address, isFirst }) {
  return html`
    <details open=${isFirst}>
      <summary><h4>${title}</h4></summary>
      ${text.map((paragraph) => html`<p key=${paragraph}>${paragraph}</p>`)}
      ${pictures.map((picture) => html`<${Picture} key=${picture.file} picture=${picture} address=${address} />`)}
      ${tables.map((table) => html`<${Rows} key=${table.title} table=${table} />`)}
    </details>
  `;
}

/** `address`: where the report's files lie. */
export function Report({ report, address }) {
  if (!report) return null;
  return html`
    <${Fragment}>
      <h3>The whole report</h3>
      <p>
        Every measurement as a picture, each with how to read it. <a href=${`${address}/index.html`} target="_blank">Read it as
        one page</a>.
      </p>
      <div className="report">
        ${report.sections.map((section, place) => html`
          <${Section} key=${section.id} section=${section} address=${address} isFirst=${place === 0} />`)}
      </div>
    <//>
  `;
}
