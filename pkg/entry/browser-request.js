/** What every request of a page asks of the browser: no ambient cookies, no stale answers, no trace of the page. */
export const REQUEST_INIT = { cache: "no-store", credentials: "omit", referrerPolicy: "no-referrer" };
