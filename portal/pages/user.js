// SPDX-License-Identifier: Apache-2.0
// A user: profile, membership, Web APIs, keys, history, and all that can be done to one.
import { api, tagOf } from '../lib/api.js';
import { h } from '../lib/dom.js';
import { user as myself } from '../lib/session.js';
import { moment, t, when } from '../lib/text.js';
import { link, p } from '../lib/url.js';
import { badge, button, deferred, explain, facts, heading, linkButton, nameOf, notice, section } from '../parts/common.js';
import { confirm, openDialog } from '../parts/dialog.js';
import { makeForm } from '../parts/form.js';
import { events } from '../parts/events.js';
import { keysPanel } from '../parts/keys.js';
import { plainTable } from '../parts/listing.js';
import { menu } from '../parts/menu.js';
import { apisOf, roleFields, roleOptions, rolesOf } from '../parts/person.js';
import { copyable } from '../parts/secret.js';
import { toast } from '../parts/toast.js';

const LOCKED = ['DENIED', 'BANNED', 'INACTIVE'];

// What is done to the user and said of it: verbs of the API, with an undo where another verb is one.
function verbs(at, user, path) {
  const name = user.email;
  const act = async (verb, said, undo) => {
    await api.post(path + verb);
    toast(t(said, { name }), { undo: undo && (async () => { await api.post(path + undo); at.reload(); }) });
    at.reload();
  };
  const ask = (title, text, label, then) => async () => (await confirm(t(title, { name, org: at.org.name }), h('p', t(text, { name, org: at.org.name })), t(label))) && then();

  const setPassword = () => openDialog(t('user.password.title', { name }), (close) => makeForm({
    fields: [
      { name: 'password', label: t('password.new'), type: 'password', required: true, autocomplete: 'new-password', maxlength: 1024, help: t('user.password.help') },
      ...(LOCKED.includes(user.account_status) ? [{ name: 'validate', label: t('user.password.validate'), type: 'checkbox', value: true }] : []),
    ],
    submit: t('user.password'),
    onsubmit: async ({ password, validate }) => {
      await api.post(path + '/set-password', { password, ...(validate && { validate }) });
      close();
      toast(t('user.password.done', { name }));
      at.reload();
    },
  }).node);

  const sendReset = async () => {
    const { mail } = await api.post(path + '/send-reset', {});
    toast(t(mail === 'not_configured' ? 'mail.none' : 'user.reset.done', { name }));
  };

  const remove = async () => {
    await api.remove(path);
    at.go(p`/orgs/${at.params.org}/users`);
    toast(t('user.removed', { name, org: at.org.name }));
  };

  return {
    validate: () => act('/validate', 'user.validated'),
    activate: () => act('/activate', 'user.activated', '/deactivate'),
    deactivate: ask('user.deactivate.title', 'user.deactivate.text', 'user.deactivate', () => act('/deactivate', 'user.deactivated', '/activate')),
    ban: ask('user.ban.title', 'user.ban.text', 'user.ban', () => act('/ban', 'user.banned', '/validate')),
    remove: ask('user.remove.title', 'user.remove.text', 'user.remove', remove),
    setPassword,
    sendReset,
  };
}

function actions(user, may, does, manages) {
  const locked = LOCKED.includes(user.account_status);
  const off = user.status === 'DEACTIVATED';
  const person = user.kind === 'person';
  return [
    manages && locked && button(t('user.validate'), does.validate, 'primary'),
    may('users:edit') && off && button(t('user.activate'), does.activate, 'primary'),
    menu(t('actions'), [
      manages && person && [t('user.password'), does.setPassword],
      manages && person && [t('user.reset'), does.sendReset],
      may('users:edit') && !off && [t('user.deactivate'), does.deactivate],
      manages && user.account_status !== 'BANNED' && [t('user.ban'), does.ban, 'danger'],
      may('users:delete') && [t('user.remove'), does.remove, 'danger'],
    ]),
  ];
}

// Why somebody is kept out, and what helps.
function standing(user) {
  if (user.account_status === 'DENIED') return notice(t('user.is.denied', { n: user.failures ?? 0, at: user.status_since ? moment(user.status_since) : '' }));
  if (user.account_status === 'BANNED') return notice(t('user.is.banned', { at: user.status_since ? moment(user.status_since) : '' }));
  if (user.account_status === 'INACTIVE') return notice(t('user.is.inactive'), 'info');
  return user.status === 'DEACTIVATED' ? notice(t('user.is.deactivated'), 'info') : null;
}

const overview = (user) => facts([
  [t('email'), user.email],
  [t('status'), badge(user.status)],
  [t('user.kind'), t(user.kind === 'system' ? 'user.system' : 'user.person')],
  [t('users.last_login'), when(user.last_login_at, t('never'))],
  [t('user.failures'), user.failures ? String(user.failures) : null],
  [t('password'), user.has_password == null ? null : t(user.has_password ? 'user.password.set' : 'user.password.unset')],
  [t('user.joined'), when(user.joined_at)],
  [t('created'), when(user.created_at)],
  [t('id'), copyable(user.id)],
]);

function profile(at, user, path) {
  const further = Object.keys(user.fields ?? {});
  return makeForm({
    guarded: true,
    fields: [
      { name: 'email', label: t('email'), type: 'email', value: user.email, required: true, readonly: user.kind === 'system' },
      ...roleFields([], user),
      ...further.map((name) => ({ name: `field:${name}`, label: name, value: user.fields[name], optional: true })),
    ],
    submit: t('save'),
    kind: '',
    onsubmit: async (values, form) => {
      const fields = Object.fromEntries(further.map((name) => [name, values[`field:${name}`]]));
      const body = { first_name: values.first_name || null, last_name: values.last_name || null, ...(values.email !== user.email && { email: values.email }), ...(further.length && { fields }) };
      await api.patch(path, body, tagOf(user));
      form.settle();
      toast(t('saved'));
      at.reload();
    },
    translate: (problem) => (problem.status === 412 ? changed(at) : explain(problem)),
  }).node;
}

const changed = (at) => [t('problem.changed'), ' ', button(t('problem.reload'), at.reload, 'quiet')];

async function membership(at, user, path) {
  const roles = await rolesOf(at.params.org);
  return makeForm({
    guarded: true,
    fields: [{ name: 'role', label: t('role'), options: roleOptions(roles), value: user.role, help: t('user.role.help') }],
    submit: t('user.role.do'),
    kind: '',
    onsubmit: async ({ role }, form) => {
      await api.post(`${path}/set-role`, { role });
      form.settle();
      toast(t('user.role.done', { name: user.email, role }), { undo: async () => { await api.post(`${path}/set-role`, { role: user.role_id }); at.reload(); } });
      at.reload();
    },
  }).node;
}

async function webApis(at, user, path) {
  const edit = at.may('users:edit');
  const [{ items: attached }, all] = await Promise.all([api.get(`${path}/apis`), edit && at.may('apis:view') ? apisOf(at.params.org) : []]);
  const others = all.filter((one) => !attached.some(({ id }) => id === one.id));
  const where = (one) => p`/v1/orgs/${at.params.org}/apis/${one.id}/attachments`;
  const attach = (one) => api.post(where(one), { users: [user.id] });
  const detach = async (one) => {
    await api.remove(where(one), { users: user.id });
    toast(t('user.detached', { api: one.name, name: user.email }), { undo: async () => { await attach(one); at.reload(); } });
    at.reload();
  };
  const own = (one) => one.service_account_id === user.id;
  const form = others.length > 0 && makeForm({
    fields: [{ name: 'api', label: t('user.attach'), options: others.map((one) => ({ value: one.id, label: one.name })) }],
    submit: t('user.attach.do'),
    kind: '',
    onsubmit: async ({ api: id }) => {
      const one = others.find((other) => other.id === id);
      await attach(one);
      toast(t('user.attached', { api: one.name, name: user.email }));
      at.reload();
    },
  }).node;
  return [
    attached.length === 0 ? h('p.muted', t('user.apis.none')) : plainTable(t('apis'), [t('name'), t('summary'), t('actions')], attached.map((one) =>
      [h('span.strong', one.name), one.summary, edit && !own(one) ? button(t('user.detach'), () => detach(one), 'quiet') : own(one) ? h('span.muted', t('user.api.own')) : null])),
    form,
  ];
}

async function keys(at, user, path) {
  const edit = at.may('users:edit');
  const { items } = await api.get(`${path}/apis`);
  const panel = keysPanel(at, { path: `${path}/keys`, apis: items.map((one) => one.name), issue: edit, edit, revoke: edit });
  await panel.load();
  if (at.query.issue) {
    at.set({ issue: '' }, { replace: true });
    panel.start();
  }
  return [panel.node, panel.issue && h('div.actions', panel.issue)];
}

function history(at, user) {
  const asks = (side, title) => deferred(async () => {
    const { items } = await api.get(p`/v1/orgs/${at.params.org}/audit`, { [side]: user.email, limit: 10 });
    return [h('h3', t(title)), events(items, t(title)), items.length === 10 && h('p', linkButton(t('events.all'), link(p`/orgs/${at.params.org}/audit`, { [side]: user.email })))];
  });
  return h('div.columns', asks('target', 'user.history.target'), asks('actor', 'user.history.actor'));
}

export default async function userPage(at) {
  const path = p`/v1/orgs/${at.params.org}/users/${at.params.user}`;
  const user = await api.get(path);
  const manages = 'failures' in user && at.may('users:edit');
  const does = verbs(at, user, path);
  const back = { href: link(p`/orgs/${at.params.org}/users`), label: t('nav.users') };
  return {
    title: nameOf(user),
    body: [
      heading(nameOf(user), actions(user, at.may, does, manages), { back, lead: user.id === myself().id ? t('user.you') : null }),
      standing(user),
      overview(user),
      section(t('user.profile'), manages ? profile(at, user, path) : h('p.muted', t('user.elsewhere'))),
      at.may('users:edit') && at.may('roles:view') && section(t('user.membership', { org: at.org.name }), deferred(() => membership(at, user, path))),
      section(t('apis'), deferred(() => webApis(at, user, path)), { lead: t('user.apis.text') }),
      section(t('keys'), deferred(() => keys(at, user, path))),
      at.may('audit:view') && section(t('user.history'), history(at, user)),
    ],
    update: () => {},
  };
}
