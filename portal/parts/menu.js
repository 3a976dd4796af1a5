// SPDX-License-Identifier: Apache-2.0
// A button that opens a list of what can be done.
import { h, newId } from '../lib/dom.js';
import { button } from './common.js';

// entries: [label, action, kind]; false ones are left out.
export function menu(label, entries, { name = 'more', kind = '' } = {}) {
  const id = newId();
  const open = (yes) => {
    list.hidden = !yes;
    toggle.setAttribute('aria-expanded', yes);
    if (yes) list.querySelector('button').focus();
  };
  const choose = (action) => () => { open(false); toggle.focus(); action(); };
  const toggle = button(label, () => open(list.hidden), kind, { name, 'aria-expanded': 'false', 'aria-controls': id });
  const list = h('ul', { id, hidden: true }, entries.filter(Boolean).map(([text, action, tone]) => h('li', button(text, choose(action), tone ?? ''))));
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
