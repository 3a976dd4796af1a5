// SPDX-License-Identifier: Apache-2.0
// A list of things by pages: tabs, search, sort, selection. What is asked for stands in the address; the server does the work.
import { fill, h, newId } from '../lib/dom.js';
import { t } from '../lib/text.js';
import { button, explain, icon, notice } from './common.js';

const PAUSE = 180; // milliseconds of typing until the server is asked

const isAborted = (problem) => problem.name === 'AbortError';

// o: {caption, columns, fetch(query, signal), tabs, search, empty, select, limit, name(item), drawn(page)}
//   columns  [{label, cell(item), sort, kind}]: `sort` is the server's word, `kind` a class: wide (hidden on small screens), num, act
//   tabs     {param, label, values: [[value, label]]}
//   search   the label of the search field
//   filters  nodes beside the search field
//   empty    what stands where there is nothing at all; `nothing` where nothing is found
//   own      what is asked for first, where that stands in no address: a list within a page about something else
//   select   (items, clear) => nodes: what can be done with several; `selectable(item)` where not with all
// Gives {node, load(query), reload(), items()}; at.set() leads back to load() by the page's update().
export function makeListing(screen, o) {
  const at = o.own ? { query: o.own, signal: screen.signal, set: (changes) => load({ ...asked, ...changes }) } : screen;
  const chosen = new Map();
  const before = []; // cursors of the pages before this one
  let asked = at.query;
  let page = null;
  let request = new AbortController();

  const status = h('p.sr', { role: 'status' });
  const head = h('thead', ), body = h('tbody', );
  const table = h('table', h('caption.sr', o.caption), head, body);
  const place = h('div.list', table);
  const pager = h('div.pager'), bar = h('div.selection', { role: 'region', 'aria-label': t('list.selection') }), tabs = h('div.tabs');
  const selectable = () => page.items.filter(o.selectable ?? (() => true));
  const clear = () => { chosen.clear(); draw(); };

  // Its parts.

  const tab = ([value, label]) =>
    button(label, () => { chosen.clear(); at.set({ [o.tabs.param]: value, after: '' }); }, '', { 'aria-pressed': String((asked[o.tabs.param] ?? '') === value), 'data-key': `tab ${value}` });

  function heading(column) {
    if (!column.sort) return h('th', { scope: 'col', class: column.kind }, column.hidden ? h('span.sr', column.label) : column.label);
    const sorted = [column.sort, `-${column.sort}`].indexOf(asked.sort);
    const next = sorted === 0 ? `-${column.sort}` : column.sort;
    return h('th', { scope: 'col', class: column.kind, 'aria-sort': ['ascending', 'descending'][sorted] ?? null },
      h('button.sort', { type: 'button', 'data-key': `sort ${column.sort}`, onclick: () => at.set({ sort: next, after: '' }) }, column.label, icon('down')));
  }

  const allBox = h('input', { type: 'checkbox', 'aria-label': t('list.all'), 'data-key': 'all', onchange: () => {
    for (const item of selectable()) if (allBox.checked) chosen.set(item.id, item); else chosen.delete(item.id);
    draw();
  } });

  function box(item) {
    if (o.selectable && !o.selectable(item)) return h('td.pick');
    const node = h('input', { type: 'checkbox', checked: chosen.has(item.id), 'aria-label': t('list.one', { name: o.name(item) }), onchange: () => {
      if (node.checked) chosen.set(item.id, item); else chosen.delete(item.id);
      node.closest('tr').classList.toggle('chosen', node.checked);
      drawSelection();
    } });
    return h('td.pick', node);
  }

  const row = (item) =>
    h('tr', { class: chosen.has(item.id) ? 'chosen' : null }, o.select && box(item),
      o.columns.map((column) => h('td', { class: column.kind, 'data-label': column.hidden || column.first ? null : column.label }, column.cell(item))));

  function drawSelection() {
    const all = selectable(), here = all.filter((item) => chosen.has(item.id)).length;
    allBox.checked = here > 0 && here === all.length;
    allBox.indeterminate = here > 0 && here < all.length;
    allBox.disabled = all.length === 0;
    bar.hidden = chosen.size === 0;
    fill(bar, chosen.size > 0 && [h('span.strong', t('list.chosen', { n: chosen.size })), o.select([...chosen.values()], clear), button(t('list.clear'), clear, 'quiet')]);
  }

  function drawPager() {
    const back = () => at.set({ after: before.pop() ?? '' });
    const on = () => { before.push(asked.after ?? ''); at.set({ after: page.next }); };
    if (!asked.after) before.length = 0;
    pager.hidden = !asked.after && !page.next;
    fill(pager, button(t('list.previous'), back, '', { disabled: !asked.after, 'data-key': 'previous' }), button(t('list.next'), on, '', { disabled: !page.next, 'data-key': 'next' }));
  }

  const filtered = () => Object.entries(asked).some(([name, value]) => value && name !== 'sort' && name !== 'after');

  // What had the focus has it again; what is gone leaves it to the list.
  function draw() {
    const had = node.contains(document.activeElement) && document.activeElement;
    redraw();
    if (had && !node.contains(document.activeElement)) (node.querySelector(`[data-key="${had.dataset.key}"]:enabled`) ?? node).focus();
  }

  function redraw() {
    const bare = page.items.length === 0, sought = filtered() || asked.after;
    fill(head, h('tr', o.select && h('th.pick', allBox), o.columns.map(heading)));
    fill(body, page.items.map(row));
    fill(place, bare ? (sought ? h('p.nothing', o.nothing ?? t('list.nothing')) : o.empty) : table);
    fill(tabs, o.tabs?.values.map(tab));
    if (o.select) drawSelection();
    drawPager();
    status.textContent = bare ? (sought ? t('list.nothing') : '') : t('list.shown', { n: page.items.length });
    o.drawn?.(page);
  }

  // Asking the server.

  async function load(query = asked) {
    asked = query;
    request.abort();
    request = new AbortController();
    const { signal } = request;
    place.setAttribute('aria-busy', 'true');
    try {
      page = await o.fetch({ ...query, limit: o.limit ?? 50 }, signal);
      draw();
    } catch (problem) {
      if (isAborted(problem)) return;
      if (!page) throw problem; // nothing to stand beside it
      fill(place, notice([explain(problem), ' ', button(t('problem.retry'), () => load(), 'quiet')]));
    } finally {
      if (!signal.aborted) place.removeAttribute('aria-busy');
    }
  }

  let timer;
  const type = (event) => {
    clearTimeout(timer);
    timer = setTimeout(() => { chosen.clear(); before.length = 0; at.set({ q: event.target.value.trim(), after: '' }, { replace: true }); }, PAUSE);
  };
  const id = newId();
  const search = o.search && h('div.search', { role: 'search' }, icon('search'), h('label.sr', { for: id }, o.search),
    h('input', { id, type: 'search', value: asked.q ?? '', placeholder: o.search, oninput: type, autocomplete: 'off', spellcheck: 'false' }), h('kbd', { 'aria-hidden': 'true' }, '/'));
  at.signal.addEventListener('abort', () => { clearTimeout(timer); request.abort(); });

  const node = h('div.listing', { tabindex: -1 }, (o.tabs || search || o.filters) && h('div.tools', o.tabs && tabs, h('div.grow'), o.filters, search), status, place, pager, o.select && bar);
  return {
    node,
    load,
    reload: () => { chosen.clear(); return load(); },
    items: () => page.items,
  };
}

// Some facts as a plain table: rows of cells under column names.
export const plainTable = (caption, names, rows) =>
  h('table', h('caption.sr', caption), h('thead', h('tr', names.map((name) => h('th', { scope: 'col' }, name)))),
    h('tbody', rows.map((cells) => h('tr', cells.map((cell, i) => h('td', { 'data-label': i ? names[i] : null }, cell))))));
