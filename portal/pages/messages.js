// SPDX-License-Identifier: Apache-2.0
// API messages: the calls that keys made. One's own, or those made in an organization.
import { api } from '../lib/api.js';
import { h } from '../lib/dom.js';
import { t } from '../lib/text.js';
import { p } from '../lib/url.js';
import { empty, heading } from '../parts/common.js';
import { makeField } from '../parts/form.js';
import { makeListing } from '../parts/listing.js';
import { messageColumns } from '../parts/messages.js';

const CLASSES = ['2xx', '3xx', '4xx', '5xx'];

export default async function messages(at) {
  const org = at.params.org;
  const filter = (name, more) => makeField({ name, value: at.query[name], ...more, onchange: (event) => at.set({ [name]: event.target.value.trim(), after: '' }) }).node;
  const list = makeListing(at, {
    caption: t('nav.messages'),
    tabs: { param: 'status', values: [['', t('messages.all')], ...CLASSES.map((one) => [one, t(`messages.${one}`)])] },
    empty: empty(t('messages.empty'), t('messages.empty.text')),
    fetch: (query, signal) => api.get(org ? p`/v1/orgs/${org}/messages` : '/v1/me/messages', query, { signal }),
    columns: messageColumns({ user: org }),
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
