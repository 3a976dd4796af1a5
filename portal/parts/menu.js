// SPDX-License-Identifier: Apache-2.0
// A button that opens a list of what can be done.
import { h, newId } from '../lib/dom.js';
import { button, iconButton } from './common.js';

// `icon` alone: the label is for who cannot see it. entries: [label, action, kind]; false ones are left out.
export function menu(label, entries, { icon = false } = {}) {
  const id = newId();
  const open = (yes) => {
    list.hidden = !yes;
    toggle.setAttribute('aria-expanded', yes);
    if (yes) list.querySelector('button').focus();
  };
  const choose = (action) => () => { open(false); toggle.focus(); action(); };
  const make = icon ? (more, act) => iconButton('more', label, act, more) : (more, act) => button(label, act, '', { name: 'more', ...more });
  const toggle = make({ 'aria-expanded': 'false', 'aria-controls': id }, () => open(list.hidden));
  const list = h('ul', { id, hidden: true, onmousedown: (event) => event.preventDefault() }, entries.filter(Boolean).map(([text, action, tone]) => h('li', button(text, choose(action), tone ?? ''))));
  const node = h('div.menu', {
    onkeydown: (event) => {
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (event.key === 'Escape' && !list.hidden) { event.stopPropagation(); open(false); toggle.focus(); }
      if (!step || list.hidden) return;
      event.preventDefault();
      const all = [...list.querySelectorAll('button')];
      all.at((all.indexOf(document.activeElement) + step) % all.length).focus();
    },
    onfocusout: (event) => !node.contains(event.relatedTarget) && open(false),
  }, toggle, list);
  return list.childElementCount ? node : null;
}
