// What the page shows stands in its address: read here, changed here, told to whoever draws.

/** The address's query. */
export function query() {
  return new URLSearchParams(location.search);
}

/** Change some of the query; null removes. The change is one step back in the history unless `replace`. */
export function change(changes, { replace = false } = {}) {
  const next = query();
  for (const [name, value] of Object.entries(changes)) {
    next.delete(name);
    for (const one of [value].flat()) if (one !== null && one !== undefined && one !== "") next.append(name, one);
  }
  const search = next.toString();
  const url = search ? `${location.pathname}?${search}` : location.pathname;
  if (url === location.pathname + location.search) return;
  history[replace ? "replaceState" : "pushState"](null, "", url);
  dispatchEvent(new Event("statechange"));
}

/** Call now and whenever the state changes, with a signal that ends when it changes again. */
export function onState(draw) {
  let running = new AbortController();
  const again = () => {
    running.abort();
    running = new AbortController();
    draw(running.signal);
  };
  addEventListener("statechange", again);
  addEventListener("popstate", () => dispatchEvent(new Event("statechange")));
  again();
}
