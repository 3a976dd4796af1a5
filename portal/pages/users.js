// SPDX-License-Identifier: Apache-2.0
// The users of an organization: one list, and what can be done with several.
import { api } from '../lib/api.js';
import { h } from '../lib/dom.js';
import { t, when } from '../lib/text.js';
import { link, p } from '../lib/url.js';
import { badge, button, empty, heading, linkButton, nameOf } from '../parts/common.js';
import { runAll } from '../parts/bulk.js';
import { confirm, openDialog } from '../parts/dialog.js';
import { makeForm } from '../parts/form.js';
import { makeListing } from '../parts/listing.js';
import { apisOf, roleOptions, rolesOf } from '../parts/person.js';
import { toast } from '../parts/toast.js';

const STATUSES = ['VALIDATED', 'INVITED', 'INACTIVE', 'DEACTIVATED', 'DENIED', 'BANNED'];
const tabs = () => ({ param: 'status', values: [['', t('users.all')], ...STATUSES.map((status) => [status, t(`status.${status}`)])] });

const isInvited = (user) => user.status === 'INVITED';
const names = (users) => h('ul', users.map((user) => h('li', user.email)));

// What can be done with several. Each does it to all, says what failed, and offers to undo where that can be.
function several(at, org, reload) {
  const path = (user, verb = '') => p`/v1/orgs/${org}/users/${user.id}` + verb;

  async function all(title, users, work, said, undo) {
    const done = await runAll(title, users, (user) => user.email, work);
    reload();
    if (done.length) toast(t(said, { n: done.length }), { undo: undo && (() => all(t('undo'), done, undo, 'users.undone')) });
  }

  const choose = (title, users, name, label, options, done) =>
    openDialog(title, (close) => makeForm({
      before: names(users),
      fields: [{ name, label, options, required: true }],
      submit: title,
      onsubmit: (values) => { close(); done(values[name]); },
    }).node);

  return {
    async role(users) {
      const title = t('users.role', { n: users.length });
      choose(title, users, 'role', t('role'), roleOptions(await rolesOf(org)), (role) =>
        all(title, users, (user) => api.post(path(user, '/set-role'), { role }), 'users.role.done', (user) => api.post(path(user, '/set-role'), { role: user.role_id })));
    },
    async attach(users) {
      const apis = await apisOf(org);
      const title = t('users.attach', { n: users.length });
      if (!apis.length) return openDialog(title, () => h('p', t('apis.none')));
      const at = (name) => p`/v1/orgs/${org}/apis/${name}/attachments`;
      return choose(title, users, 'api', t('api'), apis.map((one) => ({ value: one.id, label: one.name })), (id) =>
        all(title, users, (user) => api.post(at(id), { users: [user.id] }), 'users.attach.done', (user) => api.remove(at(id), { users: user.id })));
    },
    async deactivate(users) {
      const title = t('users.deactivate', { n: users.length });
      if (!(await confirm(title, [h('p', t('users.deactivate.text', { org: at.org.name })), names(users)], t('user.deactivate')))) return;
      await all(title, users, (user) => api.post(path(user, '/deactivate')), 'users.deactivate.done', (user) => api.post(path(user, '/activate')));
    },
    async remove(users) {
      const title = t('users.remove', { n: users.length, org: at.org.name });
      if (!(await confirm(title, [h('p', t('user.remove.text')), names(users)], t('user.remove')))) return;
      await all(title, users, (user) => api.remove(path(user)), 'users.remove.done');
    },
  };
}

function personCell(org) {
  const to = (user) => (isInvited(user) ? link(p`/orgs/${org}/invitations`) : link(p`/orgs/${org}/users/${user.id}`));
  const second = (user) => [nameOf(user) === user.email ? null : user.email, user.kind === 'system' ? t('user.system') : null].filter(Boolean).join(' · ');
  return (user) => [h('a.cover', { href: to(user) }, nameOf(user)), second(user) && h('span.second', second(user))];
}

const loginCell = (user) => (isInvited(user) ? h('span.muted', t('users.expires'), ' ', when(user.expires_at)) : when(user.last_login_at, t('never')));

export default async function users(at) {
  const org = at.params.org;
  const act = several(at, org, () => list.reload());
  const edit = at.may('users:edit');
  const add = linkButton(t('users.add'), link(p`/orgs/${org}/users/add`), 'primary');
  const actions = (chosen) => {
    const then = (action) => () => action(chosen);
    return [
      edit && button(t('users.do.role'), then(act.role)), edit && button(t('users.do.attach'), then(act.attach)), edit && button(t('user.deactivate'), then(act.deactivate)),
      at.may('users:delete') && button(t('user.remove'), then(act.remove), 'danger'),
    ];
  };
  const list = makeListing(at, {
    caption: t('nav.users'),
    tabs: tabs(),
    search: t('users.search'),
    name: nameOf,
    empty: empty(t('users.empty'), t('users.empty.text'), at.may('users:create') && add.cloneNode(true)),
    fetch: (query, signal) => api.get(p`/v1/orgs/${org}/users`, { ...query, invited: !query.status }, { signal }),
    select: edit || at.may('users:delete') ? actions : null,
    selectable: (user) => !isInvited(user),
    columns: [
      { label: t('name'), sort: 'name', first: true, cell: personCell(org) },
      { label: t('role'), cell: (user) => user.role ?? t('users.outsider') },
      { label: t('status'), cell: (user) => badge(user.status) },
      { label: t('users.last_login'), sort: 'last_login', kind: 'wide', cell: loginCell },
      { label: t('created'), sort: 'created', kind: 'wide', cell: (user) => when(user.created_at) },
    ],
  });
  await list.load();
  return { title: t('nav.users'), body: [heading(t('nav.users'), [at.may('users:create') && add]), list.node], update: list.load };
}
