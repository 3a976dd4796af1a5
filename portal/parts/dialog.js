// SPDX-License-Identifier: Apache-2.0
// Dialogs. Escape closes, focus returns to where it was.
import { h, newId } from '../lib/dom.js';
import { t } from '../lib/text.js';
import { button, iconButton } from './common.js';

// Opens a dialog. `content(close)` gives its children; the promise is of what close() was given, undefined where it was dismissed.
export function openDialog(title, content, { wide = false, dismiss = () => true } = {}) {
  const before = document.activeElement;
  const id = newId();
  let result;
  return new Promise((resolve) => {
    const close = (value) => {
      result = value;
      dialog.close();
    };
    const leave = () => dismiss() && close();
    const dialog = h('dialog', { class: wide ? 'wide' : '', 'aria-labelledby': id },
      h('div.row', h('h2', { id }, title), iconButton('close', t('close'), leave)));
    dialog.append(...[content(close)].flat(Infinity).filter(Boolean));
    dialog.addEventListener('cancel', (event) => {
      event.preventDefault();
      leave();
    });
    dialog.addEventListener('close', () => {
      dialog.remove();
      (before?.isConnected ? before : document.querySelector('h1'))?.focus();
      resolve(result);
    });
    document.body.append(dialog);
    dialog.showModal();
    (dialog.querySelector('[data-focus]') ?? dialog.querySelector('input:not([type=hidden]), select, textarea, button:not(.square)'))?.focus();
  });
}

// Asks before something is done; `title` and `text` name its object. What destroys is not what Enter does by itself.
export const confirm = (title, text, action, { danger = true } = {}) =>
  openDialog(title, (close) => [
    h('div.prose', text),
    h('div.foot',
      button(t('cancel'), () => close(false), '', danger ? { 'data-focus': true } : {}),
      button(action, () => close(true), danger ? 'danger' : 'primary', danger ? {} : { 'data-focus': true })),
  ]).then(Boolean);
