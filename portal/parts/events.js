// SPDX-License-Identifier: Apache-2.0
// The audit trail in plain words.
import { h } from '../lib/dom.js';
import { mix, t, when, word } from '../lib/text.js';
import { plainTable } from './listing.js';

// "Ann changed the role of Bob": by the action where we have words for it, else the action as the server calls it.
export function sentence(event) {
  const actor = h('strong', event.actor || t('event.system'));
  const target = h('strong', event.target || '–');
  const key = `event.${event.action}`;
  return word(key, null) === null ? [actor, ' · ', h('code', event.action), ' · ', target] : mix(key, { actor, target, ...event.detail });
}

export const events = (items, caption) =>
  items.length === 0 ? h('p.muted', t('events.none'))
    : plainTable(caption, [t('event'), t('event.at')], items.map((event) => [h('span', sentence(event)), h('span.nowrap', when(event.at), h('span.second', event.address))]));
