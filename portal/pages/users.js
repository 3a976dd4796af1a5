// SPDX-License-Identifier: Apache-2.0
// The users of an organization.
import { api } from '../lib/api.js';
import { h } from '../lib/dom.js';
import { t, when } from '../lib/text.js';
import { link, p } from '../lib/url.js';
import { badge, heading, nameOf } from '../parts/common.js';
import { makeListing } from '../parts/listing.js';

export default async function users(at) {
  const org = at.params.org;
  const person = (user) => [h('a.cover', { href: link(p`/orgs/${org}/users/${user.id}`) }, nameOf(user)), h('span.second', user.email)];
  const list = makeListing(at, {
    caption: t('nav.users'),
    search: t('nav.users'),
    name: nameOf,
    fetch: (query, signal) => api.get(p`/v1/orgs/${org}/users`, query, { signal }),
    select: () => [],
    columns: [
      { label: t('name'), sort: 'name', first: true, cell: person },
      { label: t('role'), cell: (user) => user.role ?? '–' },
      { label: t('status'), cell: (user) => badge(user.status) },
      { label: t('created'), sort: 'created', kind: 'wide', cell: (user) => when(user.created_at) },
    ],
  });
  await list.load();
  return { title: t('nav.users'), body: [heading(t('nav.users')), list.node], update: list.load };
}
