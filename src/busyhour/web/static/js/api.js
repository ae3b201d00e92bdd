// Requests to our own server: what is not ready yet is asked for again, what went wrong is told in words.

/** What went wrong, as the server says it. */
export class Problem extends Error {
  constructor(message, code) {
    super(message);
    this.code = code;
  }
}

const PAUSE_MS = 250;

/** The answer to a GET, once it is complete; `params` is a URLSearchParams. */
export async function ask(path, params, signal) {
  const asked = new URLSearchParams(params);
  for (;;) {
    const response = await reach(`${path}?${asked}`, { signal });
    const said = await told(response);
    if (response.status !== 202) return said;
    // What failed is then told rather than started again.
    if (said.request_id) asked.set("request_id", said.request_id);
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    signal?.throwIfAborted();
  }
}

/** The answer to a POST of JSON. */
export async function post(path, body) {
  const csrf = document.querySelector('meta[name="csrf"]').content;
  const headers = { "Content-Type": "application/json", "X-CSRF-Token": csrf };
  return told(await reach(path, { method: "POST", headers, body: JSON.stringify(body) }));
}

async function reach(url, options) {
  try {
    return await fetch(url, { credentials: "same-origin", ...options });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Problem("The server cannot be reached. Is it running, and are you on its network?", 0);
  }
}

async function told(response) {
  const said = await response.json().catch(() => ({}));
  if (response.status === 401) {
    location.assign(`/sign-in?next=${encodeURIComponent(location.pathname + location.search)}`);
    // The page is on its way out: nothing more is drawn.
    return new Promise(() => {});
  }
  if (!response.ok) throw new Problem(said.error?.message ?? `The server said ${response.status}.`, response.status);
  return said;
}
