// SPDX-License-Identifier: Apache-2.0
// A secret that was just made: shown or hidden, copied, and gone when the page is left; leaving before it was copied asks.
import { fill, h, newId } from '../lib/dom.js';
import { guard } from '../lib/router.js';
import { t } from '../lib/text.js';
import { button, icon } from './common.js';

const DOTS = '•'.repeat(24);

// A button that copies and says so.
export function copyButton(text, label = t('copy'), kind = '', copied = () => {}) {
  const said = h('span', label);
  const node = button(said, async () => {
    try {
      await navigator.clipboard.writeText(text());
    } catch {
      said.textContent = t('copy.failed');
      return;
    }
    copied();
    fill(said, t('copied'));
    setTimeout(() => fill(said, label), 2500);
  }, kind, { name: 'copy', 'aria-live': 'polite' });
  return node;
}

// {node, kept()}: whether it was copied, or shown to be written down and confirmed.
export function secretField(label, secret) {
  const id = newId();
  let kept = false, visible = false;
  const field = h('input.secret', { id, type: 'text', readonly: true, value: DOTS, autocomplete: 'off', spellcheck: 'false', onfocus: () => visible && field.select() });
  const toggle = button(t('show'), () => draw(!visible), '', { 'aria-pressed': 'false', name: 'eye' });
  function draw(yes) {
    visible = yes;
    field.value = yes ? secret : DOTS;
    toggle.setAttribute('aria-pressed', yes);
    fill(toggle, icon('eye'), t(yes ? 'hide' : 'show'));
  }
  const release = guard(() => !kept && node.isConnected);
  const keep = () => { kept = true; release(); };
  const node = h('div.field', h('label', { for: id }, label), h('div.row.tight', field, toggle, copyButton(() => secret, t('copy'), 'primary', keep)));
  return { node, keep, kept: () => kept };
}

// Something that is not secret but is wanted elsewhere, as an id.
export const copyable = (text) => h('span.copyable', h('code', text), copyButton(() => text, h('span.sr', `${t('copy')} ${text}`), 'quiet'));
