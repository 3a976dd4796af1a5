// SPDX-License-Identifier: Apache-2.0
// The users of an organization: one list, and what can be done with several.
import { api } from '../lib/api.js';
import { h } from '../lib/dom.js';
import { t, when } from '../lib/text.js';
import { link, p } from '../lib/url.js';
import { badge, button, empty, heading, linkButton, nameOf } from '../parts/common.js';
import { makeListing } from '../parts/listing.js';

const STATUSES = ['VALIDATED', 'INVITED', 'INACTIVE', 'DEACTIVATED', 'DENIED', 'BANNED'];
const isInvited = (user) => user.status === 'INVITED';

function personCell(org) {
  const to = (user) => (isInvited(user) ? link(p`/orgs/${org}/invitations`) : link(p`/orgs/${org}/users/${user.id}`));
  const second = (user) => [nameOf(user) === user.email ? null : user.email, user.kind === 'system' ? t('user.system') : null].filter(Boolean).join(' · ');
  return (user) => [h('a.cover', { href: to(user) }, nameOf(user)), second(user) && h('span.second', second(user))];
}

const loginCell = (user) => (isInvited(user) ? h('span.muted', t('users.expires'), ' ', when(user.expires_at)) : when(user.last_login_at, t('never')));

export default async function users(at) {
  const org = at.params.org;
  // What can be done to users is loaded when it is.
  const act = (name, ...how) => async () => (await import('../parts/user_actions.js')).userActions(at, () => list.reload())[name](...how);
  const add = () => at.may('users:create') && linkButton(t('users.add'), link(p`/orgs/${org}/users/add`), 'primary');
  const edits = at.may('users:edit'), removes = at.may('users:delete');
  const actions = (chosen) => [
    edits && [button(t('user.role'), act('role', chosen)), button(t('user.attach'), act('attach', chosen)), button(t('user.deactivate'), act('do', 'deactivate', chosen))],
    removes && button(t('user.remove'), act('do', 'remove', chosen), 'danger'),
  ];
  const list = makeListing(at, {
    caption: t('nav.users'),
    tabs: { param: 'status', values: [['', t('all')], ...STATUSES.map((status) => [status, t(`status.${status}`)])] },
    search: t('users.search'),
    name: nameOf,
    empty: empty(t('users.empty'), t('users.empty.text'), add()),
    fetch: (query, signal) => api.get(p`/v1/orgs/${org}/users`, { ...query, invited: !query.status }, { signal }),
    select: edits || removes ? actions : null,
    selectable: (user) => !isInvited(user),
    columns: [
      { label: t('name'), sort: 'name', first: true, cell: personCell(org) },
      { label: t('role'), sort: 'role', cell: (user) => user.role ?? t('outsider') },
      { label: t('status'), sort: 'status', cell: (user) => badge(user.status) },
      { label: t('last_login'), sort: 'last_login', kind: 'wide', cell: loginCell },
      { label: t('created'), sort: 'created', kind: 'wide', cell: (user) => when(user.created_at) },
    ],
  });
  await list.load();
  return { title: t('nav.users'), body: [heading(t('nav.users'), [add()]), list.node], update: list.load };
}
