// A table of figures, as the server makes it.
import { ask } from "./api.js";
import { viewParams } from "./view.js";

/** Columns, rows and the CSV's address of a question in a view; `more` says which rows and columns. */
export async function figures(seen, question, signal, more = {}, path = "/page/figures") {
  const params = new URLSearchParams({ ...question, ...viewParams(seen) });
  for (const [name, value] of Object.entries(more)) {
    for (const one of [value].flat()) if (one !== null && one !== undefined && one !== "") params.append(name, one);
  }
  const said = await ask(path, params, signal);
  return { ...said, question, column: Object.fromEntries(said.columns.map((column) => [column.name, column])) };
}
