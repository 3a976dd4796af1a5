// SPDX-License-Identifier: Apache-2.0
// Starts the portal and shows the page that the address names.
import { fill, h } from './lib/dom.js';
import { hooks, Problem } from './lib/api.js';
import * as router from './lib/router.js';
import * as session from './lib/session.js';
import { speak, t } from './lib/text.js';
import { link, p } from './lib/url.js';
import { confirm } from './parts/dialog.js';
import { explain, trouble } from './parts/common.js';
import { makeShell, offered, preferences, setTheme, usualOrg, usualRights } from './parts/shell.js';
import { mountToasts, toast } from './parts/toast.js';
import { routes } from './routes.js';

let shell = null;     // around the pages of somebody who is signed in
let page = null;      // what is shown: {path, update(query)}
let leaving = new AbortController();
let wanted = null;    // where somebody wanted to go who had to log in first

// Finding the page.

// An address that leads nowhere.
const nowhere = { path: '', page: async () => ({ default: () => { throw new Problem(404, { detail: t('problem.nowhere'), code: 'own' }); } }) };

// An organization as such: its first screen.
async function enter(at) {
  at.go(firstOf(at.org, at.may), {}, { replace: true });
  return {};
}

const patterns = [...routes, { path: '/orgs/:org', page: async () => ({ default: enter }) }].map((route) => {
  const names = [...route.path.matchAll(/:(\w+)/g)].map(([, name]) => name);
  return { route, names, pattern: new RegExp(`^${route.path.replace(/:\w+/g, '([^/]+)')}/?$`) };
});

function find(path) {
  for (const { route, names, pattern } of patterns) {
    const found = pattern.exec(path);
    if (found) return { route, params: Object.fromEntries(names.map((name, i) => [name, decodeURIComponent(found[i + 1])])) };
  }
  return { route: nowhere, params: {} };
}

// What the navigation begins with: the overview, for whoever may see the figures of an organization; for an API User the own profile.
function firstOf(org, may) {
  const row = offered(org, may).find((one) => one.nav);
  return row ? row.path.replace(':org', () => encodeURIComponent(org?.slug)) : '/me';
}

// What somebody sees first; for who runs the site that is the site.
async function firstPath() {
  if (session.user().site) return '/site';
  const org = await usualOrg();
  return firstOf(org, await usualRights(org));
}

// Showing it.

function around(route) {
  if (!route.open) {
    if (!shell) {
      shell = makeShell();
      fill(document.body, shell.node);
      mountToasts();
    }
    return shell.main;
  }
  shell = null;
  const main = h('main.card', { id: 'main' });
  fill(document.body, main, h('footer', preferences()));
  mountToasts();
  return main;
}

function put(main, made, problem) {
  document.title = made.title ? `${made.title} · Orgauth` : 'Orgauth';
  fill(main, made.body);
  const head = main.querySelector('h1');
  if (page?.moved || problem) head?.focus({ preventScroll: true });
  scrollTo(0, 0);
}

async function context({ route, params }, path, query, signal) {
  const org = params.org ? await session.findOrg(params.org) : route.open ? null : await usualOrg();
  const may = params.org ? await session.rights(params.org) : await usualRights(org);
  const set = (changes, options) => router.setQuery({ ...router.current().query, ...changes }, options);
  return { route, params, query, org, may, signal, set, go: router.go, reload: () => open(path, router.current().query, true), wanted };
}

async function show(found, path, query, signal) {
  const { route } = found;
  const [{ default: make }, at] = await Promise.all([route.page(), context(found, path, query, signal)]);
  const made = await make(at);
  if (signal.aborted) return;
  const main = around(route);
  if (shell) await shell.update(route, at.org, at.may);
  page.update = made.update;
  put(main, made);
  made.ready?.();
}

async function open(path, query, again = false) {
  if (page?.path === path && page.update && !again) return page.update(query);
  leaving.abort();
  leaving = new AbortController();
  const { signal } = leaving;
  if (path === '/') return router.go(session.user() ? await firstPath() : '/login', {}, { replace: true });
  const found = find(path), { route } = found;
  if (route.secret) router.conceal(path.slice(0, path.lastIndexOf('/')));
  if (!route.open && !session.user()) {
    wanted = link(path, query);
    return router.go('/login', {}, { replace: true });
  }
  router.clearGuards();
  page = { path: router.current().path, moved: page !== null };
  document.body.setAttribute('aria-busy', 'true');
  try {
    await show(found, path, query, signal);
  } catch (problem) {
    if (!signal.aborted) await broken(route, path, problem);
  } finally {
    if (!signal.aborted) document.body.removeAttribute('aria-busy');
  }
}

// What stands around a page that could not be made, as far as that can be told.
async function usual(route) {
  const org = await usualOrg().catch(() => null);
  await shell.update(route, org, await usualRights(org).catch(() => () => false));
}

async function broken(route, path, problem) {
  if (!('status' in problem)) console.error(problem);
  const retry = () => open(path, router.current().query, true);
  const main = around(route);
  if (shell && !shell.main.hasChildNodes()) await usual(route);
  put(main, { title: t('problem.title'), body: trouble(problem, retry) }, problem);
}

// The session ended while somebody worked: what is on the page stays.
let asking = null;
async function signInAgain() {
  const { askPassword } = await import('./pages/login.js');
  asking ??= askPassword().finally(() => (asking = null));
  return asking;
}

// What the server refused of something that has no place of its own to say so.
function refused(event) {
  if (event.reason?.name === 'AbortError') return event.preventDefault();
  if (!(event.reason instanceof Problem)) return;
  event.preventDefault();
  toast(explain(event.reason));
}

function keys(event) {
  const typing = event.target.closest?.('input, textarea, select, [contenteditable]');
  if (event.key !== '/' || typing || event.ctrlKey || event.metaKey || event.altKey || document.querySelector('dialog[open]')) return;
  const search = document.querySelector('input[type=search]');
  if (!search) return;
  event.preventDefault();
  search.focus();
  search.select();
}

// What the first screen will be: it is asked for at once, while the server says who is there.
function likely() {
  const { path } = router.current();
  return (path === '/' ? ['/login', '/orgs/-/overview'] : [path]).map((one) => find(one).route);
}

async function begin() {
  setTheme();
  hooks.signIn = () => (session.user() ? signInAgain() : false);
  addEventListener('keydown', keys);
  addEventListener('unhandledrejection', refused);
  const [, broken] = await Promise.all([speak(), session.load().catch((problem) => problem), ...likely().map((route) => route.page().catch(() => {}))]);
  if (broken instanceof Error) return fill(document.body, h('main.card', trouble(broken, () => location.reload())));
  router.start(open, () => confirm(t('leave.title'), h('p', t('leave.text')), t('leave.do')));
}

begin();
