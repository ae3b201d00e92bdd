// Export from any page: to the exports page, with what this page shows as the request.
import { viewQuery } from "./view.js";

/** Go to the exports page with the view and a question. */
export function openExport(question) {
  const to = viewQuery();
  for (const [name, value] of Object.entries(question)) if (value) to.set(name, value);
  location.assign(`/exports?${to}`);
}
