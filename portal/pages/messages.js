// SPDX-License-Identifier: Apache-2.0
// API messages: the calls that keys made. One's own, or those made in an organization.
import { api } from '../lib/api.js';
import { h } from '../lib/dom.js';
import { count, moment, t } from '../lib/text.js';
import { p } from '../lib/url.js';
import { empty, heading } from '../parts/common.js';
import { makeField } from '../parts/form.js';
import { makeListing } from '../parts/listing.js';

const CLASSES = ['2xx', '3xx', '4xx', '5xx'];
const tone = (status) => ({ 2: 'good', 3: 'info', 4: 'bad', 5: 'bad' })[Math.floor(status / 100)] ?? 'dim';

export default async function messages(at) {
  const org = at.params.org;
  const filter = (name, more) => makeField({ name, value: at.query[name], ...more, onchange: (event) => at.set({ [name]: event.target.value.trim(), after: '' }) }).node;
  const list = makeListing(at, {
    caption: t('nav.messages'),
    tabs: { param: 'status', values: [['', t('messages.all')], ...CLASSES.map((one) => [one, t(`messages.${one}`)])] },
    empty: empty(t('messages.empty'), t('messages.empty.text')),
    fetch: (query, signal) => api.get(org ? p`/v1/orgs/${org}/messages` : '/v1/me/messages', query, { signal }),
    columns: [
      { label: t('messages.call'), first: true, cell: (one) => [h('code', one.method), ' ', h('code', one.path)] },
      { label: t('messages.status'), cell: (one) => h('span', { class: `badge ${tone(one.status)}` }, String(one.status)) },
      { label: t('messages.duration'), kind: 'num wide', cell: (one) => t('messages.ms', { n: count(Math.round(one.duration_us / 100) / 10) }) },
      org && { label: t('user'), cell: (one) => one.user },
      { label: t('key'), kind: 'wide', cell: (one) => one.key_name || one.key_id },
      { label: t('event.from'), kind: 'wide', cell: (one) => h('span.muted', one.address) },
      { label: t('event.at'), kind: 'nowrap', cell: (one) => h('time', { datetime: one.at }, moment(one.at)) },
    ].filter(Boolean),
  });
  await list.load(at.query);
  return {
    title: t(org ? 'nav.messages' : 'nav.mine'),
    body: [
      heading(t(org ? 'nav.messages' : 'nav.mine'), [], { lead: t(org ? 'messages.text' : 'messages.mine') }),
      h('div.filters', { role: 'search' }, org && filter('user', { label: t('user'), placeholder: 'ann@example.com' }), filter('path', { label: t('messages.path'), placeholder: '/api/reports' })),
      list.node,
    ],
    update: list.load,
  };
}
