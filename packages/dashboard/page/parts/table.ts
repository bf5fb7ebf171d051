import { html } from "htm/preact";
import type { ComponentChildren, VNode } from "preact";

export interface Column<Row> {
  title: string;
  cell: (row: Row) => ComponentChildren;
  /** Figures stand to the right. */
  numeric?: boolean;
  /** Sentences, which may take several lines. */
  words?: boolean;
  /** Left out where the screen is narrow. */
  wide?: boolean;
}

export interface TableNeed<Row> {
  /** What the table shows, for those who hear it. */
  caption: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  keyOf: (row: Row) => string;
  /** In place of rows. */
  empty: string;
}

/** A table whose first column names its rows. */
export function table<Row>({ caption, columns, rows, keyOf, empty }: TableNeed<Row>): VNode {
  if (rows.length === 0) return html`<p class="empty">${empty}</p>`;
  const classOf = ({ numeric, wide, words }: Column<Row>) =>
    [numeric === true ? "figure" : "", wide === true ? "wide" : "", words === true ? "words" : ""].join(" ").trim();
  return html`
    <div class="scroll" tabindex="0" role="region" aria-label=${caption}>
      <table>
        <caption>
          ${caption}
        </caption>
        <thead>
          <tr>
            ${columns.map((column) => html`<th scope="col" class=${classOf(column)}>${column.title}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${rows.map(
            (row) =>
              html`<tr key=${keyOf(row)}>
                ${columns.map((column, index) =>
                  index === 0
                    ? html`<th scope="row" class=${classOf(column)}>${column.cell(row)}</th>`
                    : html`<td class=${classOf(column)}>${column.cell(row)}</td>`,
                )}
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
  `;
}
