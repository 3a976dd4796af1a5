// SPDX-License-Identifier: Apache-2.0
// Small things that every screen is made of.
import { fill, h, newId, s } from '../lib/dom.js';
import { mix, t, word } from '../lib/text.js';

const ICONS = {
  chart: 'M2.5 13.5h11M4.5 11V8M8 11V3.5M11.5 11V6',
  users: 'M6 7.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5ZM1.5 13.5c0-2.4 2-4 4.5-4s4.5 1.6 4.5 4M10.5 2.8a2.5 2.5 0 0 1 0 4.4M12 9.8c1.5.5 2.5 1.8 2.5 3.7',
  mail: 'M2 3.5h12v9H2zM2.5 4l5.5 4.5L13.5 4',
  home: 'M3 13.5V3.5L8 2v11.5M8 6l5 1.5v6M1.5 13.5h13M5.5 5.5v.1M5.5 8.5v.1M10.7 10v.1',
  plug: 'M5.5 1.5v3M10.5 1.5v3M3.5 4.5h9v3a4.5 4.5 0 0 1-9 0zM8 12v2.5',
  key: 'M5.5 11a3 3 0 1 0 0-6 3 3 0 0 0 0 6ZM8.5 8h6M12 8v2.5',
  shield: 'M8 1.5l5.5 2v4c0 3.5-2.3 5.7-5.5 7-3.2-1.3-5.5-3.5-5.5-7v-4z',
  list: 'M2.5 4h11M2.5 8h11M2.5 12h7',
  person: 'M8 8a3 3 0 1 0 0-6 3 3 0 0 0 0 6ZM2.5 14c0-3 2.5-4.5 5.5-4.5s5.5 1.5 5.5 4.5',
  gear: 'M8 10.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5ZM8 1.5v2M8 12.5v2M1.5 8h2M12.5 8h2M3.4 3.4l1.4 1.4M11.2 11.2l1.4 1.4M3.4 12.6l1.4-1.4M11.2 4.8l1.4-1.4',
  import: 'M8 1.5v8M5 6.5l3 3 3-3M2.5 11v2.5h11V11',
  more: 'M3.5 8h.1M8 8h.1M12.5 8h.1',
  down: 'M4 6l4 4 4-4',
  search: 'M7 11.5a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9ZM10.5 10.5l3.5 3.5',
  copy: 'M5.5 5.5h8v8h-8zM3 10.5h-.5v-8h8V3',
  check: 'M3 8.5l3.5 3.5L13 4.5',
  close: 'M4 4l8 8M12 4l-8 8',
  menu: 'M2 4.5h12M2 8h12M2 11.5h12',
  eye: 'M1.5 8c1.5-3 3.8-4.5 6.5-4.5S13 5 14.5 8c-1.5 3-3.8 4.5-6.5 4.5S3 11 1.5 8ZM8 10a2 2 0 1 0 0-4 2 2 0 0 0 0 4Z',
};

export const icon = (name) =>
  s('svg.icon', { viewBox: '0 0 16 16', 'aria-hidden': 'true', focusable: 'false' }, s('path', { d: ICONS[name] }));

// button('Save', save, 'primary'), with an icon or further attributes where wanted
export const button = (label, onclick, kind = '', { name, ...more } = {}) =>
  h('button', { type: 'button', class: kind, onclick, ...more }, name && icon(name), label);

export const linkButton = (label, href, kind = '') => h('a', { class: `button ${kind}`, href }, label);

// A button that is an icon alone.
export const iconButton = (name, label, onclick, more = {}) =>
  h('button.quiet.square', { type: 'button', onclick, 'aria-label': label, title: label, ...more }, icon(name));

// The head of a screen: where one is, and what can be done there.
export const heading = (title, actions = [], { back, lead } = {}) =>
  h('header.head',
    back && h('a.back', { href: back.href }, icon('down'), back.label),
    h('div.row', h('h1', { tabindex: -1 }, title), h('div.actions', actions)),
    lead && h('p.lead', lead));

// A part of a screen under a heading of its own; `split`: beside it, where there is room.
export function section(title, children, { actions, lead, split } = {}) {
  const id = newId();
  return h(split ? 'section.split' : 'section', { 'aria-labelledby': id },
    h('div.about', h('div.row', h('h2', { id }, title), actions && h('div.actions', actions)), lead && h('p.lead', lead)), h('div.content', children));
}

// What to do first, where there is nothing yet.
export const empty = (title, text, action) =>
  h('div.empty', h('p.strong', title), text && h('p', text), action);

const TONES = {
  VALIDATED: 'good', ACTIVE: 'good', active: 'good', SENT: 'good', ACCEPTED: 'good',
  INVITED: 'info', PENDING: 'info', WAITING: 'info', retiring: 'info',
  DENIED: 'bad', BANNED: 'bad', GIVEN_UP: 'bad', revoked: 'bad', suspended: 'bad',
};

// A status: a dot for the eye, the word for everybody.
export const badge = (status) =>
  h('span', { class: `badge ${TONES[status] ?? 'dim'}` }, word(`status.${status}`, status));

// Facts about a thing: [term, description] pairs; those without description are left out.
export const facts = (pairs) =>
  h('dl.facts', pairs.filter(([, value]) => value != null && value !== '').map(([term, value]) => h('div', h('dt', term), h('dd', value))));

// What the server says of something in the reader's language, where the reason or the code is one that we know.
export function ownWords({ reason, code, detail }) {
  const n = Number(/\d+/.exec(detail)); // the limit that it names
  return [reason, code].map((name) => name && word(`refused.${name}`, '', { n })).find(Boolean);
}

// The same, or else in the server's own words.
export const inWords = (said) => ownWords(said) ?? h('span', { lang: 'en' }, said.detail);

// Why something was refused.
export function explain(problem) {
  const own = { 0: 'problem.offline', 429: 'problem.busy', 503: 'problem.unavailable' }[problem.status];
  if (!own) return problem.code === 'own' ? problem.message : inWords({ reason: problem.reason, code: problem.code, detail: problem.message });
  return problem.wait ? `${t(own)} ${t('problem.wait', { n: Number(problem.wait) })}` : t(own);
}

// A notice that stands where it belongs.
export const notice = (children, tone = 'bad') => h('div', { class: `notice ${tone}`, role: tone === 'bad' ? 'alert' : 'status' }, h('div', children));

// A page in place of the one that could not be shown.
export function trouble(problem, retry) {
  const title = { 403: 'problem.refused', 404: 'problem.missing' }[problem.status];
  return [
    heading(t(title ?? 'problem.title')),
    h('p.lead', explain(problem)),
    h('p', title ? linkButton(t('problem.home'), '#/') : button(t('problem.retry'), retry, 'primary')),
  ];
}

// A part of a page that comes by itself: what `load()` gives, or why it did not.
export function deferred(load) {
  const node = h('div.deferred', { 'aria-busy': 'true' });
  const draw = async () => {
    try {
      fill(node, await load());
    } catch (problem) {
      if (!('status' in problem)) throw problem;
      fill(node, notice([explain(problem), ' ', button(t('problem.retry'), draw, 'quiet')]));
    }
    node.removeAttribute('aria-busy');
  };
  draw();
  return node;
}

// How a person is called.
export const nameOf = (person) => [person.first_name, person.last_name].filter(Boolean).join(' ') || person.email;

export const strong = (text) => h('strong', text);
export { mix };
