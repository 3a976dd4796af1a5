// SPDX-License-Identifier: Apache-2.0
// Says in passing what was done, and offers to undo it. It stays while it is pointed at or focused.
import { fill, h } from '../lib/dom.js';
import { t } from '../lib/text.js';
import { button, explain, iconButton } from './common.js';

const LASTS = 12000;
const region = h('div.toasts', { role: 'status', 'aria-live': 'polite' });
let timer;

const hide = () => region.replaceChildren();
const rest = () => (timer = setTimeout(() => (region.matches(':hover, :focus-within') ? rest() : hide()), LASTS));

export const mountToasts = () => document.body.append(region);

export function toast(text, { undo } = {}) {
  const back = async () => {
    hide();
    try {
      await undo();
    } catch (problem) {
      toast(explain(problem));
    }
  };
  clearTimeout(timer);
  fill(region, h('div.toast', h('span', text), undo && button(t('undo'), back, 'quiet'), iconButton('close', t('close'), hide)));
  rest();
}
