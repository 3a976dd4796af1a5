// SPDX-License-Identifier: Apache-2.0
// A Web API: who may call it, attach and detach.
import { api, Problem, tagOf } from '../lib/api.js';
import { h } from '../lib/dom.js';
import { count, t, when } from '../lib/text.js';
import { link, p } from '../lib/url.js';
import { runAll } from '../parts/bulk.js';
import { emailChips } from '../parts/chips.js';
import { badge, button, empty, facts, heading, linkButton, nameOf } from '../parts/common.js';
import { confirm, openDialog } from '../parts/dialog.js';
import { makeForm } from '../parts/form.js';
import { showKeys } from '../parts/keys.js';
import { makeListing } from '../parts/listing.js';
import { menu } from '../parts/menu.js';
import { copyable } from '../parts/secret.js';
import { toast } from '../parts/toast.js';

// Whom to attach it to: {users, key}.
const askWhom = (name) => openDialog(t('attach.title', { name }), (close) => makeForm({
  before: h('p', t('attach.text')),
  fields: [
    { name: 'users', label: t('emails'), group: true, control: emailChips() },
    { name: 'key', label: t('attach.key'), type: 'checkbox', help: t('attach.key.help') },
  ],
  submit: t('attach.do'),
  onsubmit: (values) => {
    if (!values.users.length) throw new Problem(422, { errors: [{ pointer: '/users', detail: t('form.required') }] });
    close(values);
  },
}).node, { wide: true });

export default async function apiPage(at) {
  const org = at.params.org;
  const path = p`/v1/orgs/${org}/apis/${at.params.api}`;
  const one = await api.get(path);
  const edit = at.may('users:edit');

  const attach = async () => {
    const asked = await askWhom(one.name);
    if (!asked) return;
    const keys = [];
    const done = await runAll(t('attach.title', { name: one.name }), asked.users, (email) => email, async (email) => {
      const { items } = await api.post(`${path}/attachments`, { users: [email], ...(asked.key && { key: true }) });
      keys.push(...items.filter((item) => item.key));
    });
    if (keys.length) await showKeys(keys);
    if (!done.length) return;
    at.reload();
    toast(t('attach.done', { n: done.length, name: one.name, user: done[0] }));
  };

  const detach = async (users) => {
    const n = users.length, user = users[0].email;
    if (!(await confirm(t('detach.title', { n, user, name: one.name }), [h('p', t('detach.text')), n > 1 && h('ul', users.map((each) => h('li', each.email)))], t('detach')))) return;
    await api.remove(`${path}/attachments`, { users: users.map((each) => each.id) });
    toast(t('detach.done', { n, user, name: one.name }), { undo: async () => { await api.post(`${path}/attachments`, { users: users.map((each) => each.email) }); at.reload(); } });
    at.reload();
  };

  const change = async () => {
    const saved = await openDialog(t('api.edit', { name: one.name }), (close) => makeForm({
      fields: [{ name: 'summary', label: t('summary'), optional: true, value: one.summary, focus: true }],
      submit: t('save'),
      onsubmit: async ({ summary }) => close(await api.patch(path, { summary: summary || null }, tagOf(one))),
    }).node);
    if (saved) { toast(t('saved')); at.reload(); }
  };

  const remove = async () => {
    if (!(await confirm(t('api.remove.title', { name: one.name }), h('p', t('api.remove.text', { n: one.users })), t('api.remove')))) return;
    await api.remove(path);
    at.go(p`/orgs/${org}/about`);
    toast(t('api.removed', { name: one.name }));
  };

  const person = (user) => {
    const name = nameOf(user);
    return [user.outsider ? h('span.strong', name) : h('a.cover', { href: link(p`/orgs/${org}/users/${user.id}`) }, name), name !== user.email && h('span.second', user.email)];
  };
  const outsiders = at.may('users:create') && edit && linkButton(t('attach.outsiders'), link(p`/orgs/${org}/users/add`, { how: 'outside', api: one.id }));
  const first = edit && button(t('attach'), attach, 'primary');
  const list = makeListing(at, {
    caption: t('api.users'), own: {}, name: nameOf,
    empty: empty(t('api.nobody'), t('api.nobody.text'), edit && button(t('attach'), attach)),
    fetch: (query, signal) => api.get(`${path}/users`, query, { signal }),
    select: edit ? (chosen) => button(t('detach'), () => detach(chosen), 'danger') : null,
    columns: [
      { label: t('name'), first: true, cell: person },
      { label: t('status'), cell: (user) => [badge(user.status ?? 'ACTIVE'), user.outsider && h('span.second', t('outsider'))] },
      { label: t('attach.at'), cell: (user) => when(user.attached_at) },
      { label: t('actions'), hidden: true, kind: 'act', cell: (user) => edit && button(t('detach'), () => detach([user]), 'quiet') },
    ],
  });
  if (at.may('users:view')) await list.load({});
  return {
    title: one.name,
    body: [
      heading(one.name, [outsiders, first, menu(t('actions'), [
        at.may('apis:edit') && [t('api.edit.do'), change],
        at.may('apis:delete') && [t('api.remove'), remove, 'danger'],
      ])], { back: { href: link(p`/orgs/${org}/about`), label: t('nav.about') }, lead: one.summary }),
      facts([
        [t('id'), copyable(one.id)],
        [t('api.users'), count(one.users)],
        [t('api.service'), at.may('users:view') ? h('a', { href: link(p`/orgs/${org}/users/${one.service_account_id}`) }, one.service_account) : one.service_account],
        [t('created'), when(one.created_at)],
      ]),
      h('p', h('span.muted', t('api.require'), ' '), copyable(`Require orgauth-api ${one.name}`)),
      at.may('users:view') && list.node,
    ],
    update: () => {},
  };
}
