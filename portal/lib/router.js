// SPDX-License-Identifier: Apache-2.0
// Where we are stands behind the # of the address. Leaving a page with unsaved work asks first.
import { link } from './url.js';

let here = location.hash;
let shown = null;        // the address that is shown
let handler = null;      // (path, query) => void
let ask = null;          // () => Promise of whether to leave
const guards = new Set();

const split = (hash) => {
  const [path, query = ''] = hash.replace(/^#/, '').split('?');
  return { path: path || '/', query: Object.fromEntries(new URLSearchParams(query)) };
};

export const current = () => split(here);
export const dirty = () => [...guards].some((guard) => guard());

// While `isDirty()` is true, leaving asks. Ends with the page, or by the function that comes back.
export function guard(isDirty) {
  guards.add(isDirty);
  return () => guards.delete(isDirty);
}

export const clearGuards = () => guards.clear();

const arrive = () => {
  here = location.hash;
  const { path, query } = split(here);
  handler(path, query);
};

async function moved() {
  const wanted = location.hash;
  if (wanted === here) return;
  if (shown !== null && split(wanted).path !== split(here).path && dirty()) {
    history.pushState(null, '', here || '#/'); // back to where the work is, until it is given up
    if (!(await ask())) return;
    guards.clear();
    history.pushState(null, '', wanted);
  }
  arrive();
}

// Goes to an address within the portal.
export function go(path, query, { replace = false } = {}) {
  const wanted = link(path, query);
  if (!replace) {
    location.hash = wanted; // moved() follows
    return;
  }
  history.replaceState(null, '', wanted);
  moved();
}

// Another query on the same page.
export function setQuery(query, { replace = false } = {}) {
  go(current().path, query, { replace });
}

// Shows another address for this page: a link's secret does not stay where others read it.
export function conceal(path) {
  history.replaceState(null, '', link(path));
  here = location.hash;
}

export function start(onMove, onLeave) {
  handler = (path, query) => {
    shown = path;
    onMove(path, query);
  };
  ask = onLeave;
  addEventListener('hashchange', moved);
  addEventListener('popstate', moved);
  addEventListener('beforeunload', (event) => dirty() && event.preventDefault());
  arrive();
}

export const again = arrive;
