// SPDX-License-Identifier: Apache-2.0
// A user: profile, role, Web APIs, keys, history, and all that can be done to one.
import { api, tagOf } from '../lib/api.js';
import { h } from '../lib/dom.js';
import { user as myself } from '../lib/session.js';
import { moment, t, when } from '../lib/text.js';
import { link, p } from '../lib/url.js';
import { badge, button, deferred, explain, facts, heading, linkButton, nameOf, notice, section } from '../parts/common.js';
import { openDialog } from '../parts/dialog.js';
import { events } from '../parts/events.js';
import { makeForm } from '../parts/form.js';
import { keysPanel } from '../parts/keys.js';
import { makeListing } from '../parts/listing.js';
import { messageColumns } from '../parts/messages.js';
import { menu } from '../parts/menu.js';
import { orgsBelow, roleFields } from '../parts/person.js';
import { copyable } from '../parts/secret.js';
import { toast } from '../parts/toast.js';
import { userActions } from '../parts/user_actions.js';

const LOCKED = ['DENIED', 'BANNED', 'INACTIVE'];
const isLocked = (user) => LOCKED.includes(user.account_status);

const setPassword = (at, user, path) => openDialog(t('user.password.title', { name: user.email }), (close) => makeForm({
  fields: [
    { name: 'password', label: t('password.new'), type: 'password', required: true, autocomplete: 'new-password', maxlength: 1024, help: t('user.password.help') },
    isLocked(user) && { name: 'validate', label: t('user.password.validate'), type: 'checkbox', value: true },
  ],
  submit: t('user.password'),
  onsubmit: async ({ password, validate }) => {
    await api.post(`${path}/set-password`, { password, ...(validate && { validate }) });
    close();
    toast(t('user.password.done', { name: user.email }));
    at.reload();
  },
}).node);

async function sendReset(user, path) {
  const { mail } = await api.post(`${path}/send-reset`, {});
  toast(t(mail === 'not_configured' ? 'mail.none' : 'user.reset.done', { name: user.email }));
}

function actions(at, user, path, act) {
  const one = (name, kind) => act.may(name, user) && [t(`user.${name}`), () => act.do(name, [user]), kind];
  const first = (name) => act.may(name, user) && button(t(`user.${name}`), () => act.do(name, [user]), 'primary');
  const off = user.status === 'DEACTIVATED';
  const mails = user.kind === 'person' && act.may('ban', user);
  return [
    isLocked(user) && first('validate'),
    off && first('activate'),
    menu(t('actions'), [
      at.may('users:edit') && at.may('roles:view') && [t('user.role'), () => act.role([user])],
      at.may('users:edit') && [t('user.confine'), () => act.confine(user)],
      mails && [t('user.password'), () => setPassword(at, user, path)],
      mails && [t('user.reset'), () => sendReset(user, path)],
      !off && one('deactivate'),
      user.account_status !== 'BANNED' && one('ban', 'danger'),
      one('remove', 'danger'),
    ]),
  ];
}

// Why somebody is kept out, and what helps.
function standing(user) {
  const why = isLocked(user) ? user.account_status : user.status;
  const said = { n: user.failures ?? 0, at: user.status_since ? moment(user.status_since) : '' };
  return why === 'VALIDATED' ? null : notice(t(`user.is.${why}`, said), why === 'DENIED' || why === 'BANNED' ? 'bad' : 'info');
}

// The organizations below that the membership reaches; nothing where there are none.
function reachOf(user, orgs) {
  if (!orgs.length) return null;
  const named = user.sub_orgs.map((id) => orgs.find((org) => org.id === id)?.name ?? id);
  return user.reach === 'below' ? t('extent.all') : named.join(', ') || t('none');
}

const overview = (user, orgs) => facts([
  [t('email'), user.email],
  [t('status'), badge(user.status)],
  [t('role'), user.role],
  [t('extent.modules'), user.modules.join(', ')],
  [t('extent.orgs'), reachOf(user, orgs)],
  [t('last_login'), when(user.last_login_at, t('never'))],
  [t('user.failures'), user.failures ? String(user.failures) : null],
  [t('password'), user.has_password == null ? null : t(user.has_password ? 'user.password.set' : 'user.password.unset')],
  [t('user.joined'), when(user.joined_at)],
  [t('user.kind'), t(`user.${user.kind}`)],
  [t('id'), copyable(user.id)],
]);

const changed = (at) => [t('problem.changed'), ' ', button(t('problem.reload'), at.reload, 'quiet')];

function profile(at, user, path) {
  const further = Object.keys(user.fields);
  return makeForm({
    guarded: true,
    fields: [
      { name: 'email', type: 'email', value: user.email, required: true, readonly: user.kind === 'system' },
      ...roleFields([], user),
      ...further.map((name) => ({ name: `field:${name}`, label: name, value: user.fields[name], optional: true })),
    ],
    submit: t('save'),
    kind: '',
    translate: (problem) => (problem.status === 412 ? changed(at) : explain(problem)),
    onsubmit: async (values, form) => {
      const fields = Object.fromEntries(further.map((name) => [name, values[`field:${name}`]]));
      const email = values.email === user.email ? {} : { email: values.email };
      await api.patch(path, { first_name: values.first_name || null, last_name: values.last_name || null, ...email, ...(further.length && { fields }) }, tagOf(user));
      form.settle();
      toast(t('saved'));
      at.reload();
    },
  }).node;
}

async function webApis(at, user, attached, act) {
  const last = (one) => {
    if (one.service_account_id === user.id) return h('span.muted', t('user.apis.own'));
    return at.may('users:edit') && button(t('user.detach'), () => act.detach(user, one), 'quiet', { 'aria-label': t('user.detach.one', { name: one.name }) });
  };
  const list = makeListing(at, {
    own: {},
    caption: t('apis'),
    empty: h('p.muted', t('user.apis.none')),
    fetch: () => ({ items: attached, next: null }),
    columns: [
      { label: t('name'), first: true, cell: (one) => h('span.strong', one.name) },
      { label: t('summary'), cell: (one) => one.summary },
      { label: t('actions'), hidden: true, kind: 'act', cell: last },
    ],
  });
  await list.load();
  return list.node;
}

function messages(at, path) {
  const list = makeListing(at, {
    own: {}, limit: 10,
    caption: t('nav.messages'),
    empty: h('p.muted', t('user.messages.none')),
    fetch: (query, signal) => api.get(`${path}/messages`, query, { signal }),
    columns: messageColumns(),
  });
  return deferred(async () => { await list.load(); return list.node; });
}

function history(at, user) {
  const side = (name) => deferred(async () => {
    const title = t(`user.history.${name}`);
    const { items } = await api.get(p`/v1/orgs/${at.params.org}/audit`, { [name]: user.email, limit: 10 });
    return [h('h3', title), events(items, title), items.length === 10 && h('p', linkButton(t('events.all'), link(p`/orgs/${at.params.org}/audit`, { [name]: user.email })))];
  });
  return h('div.columns', side('target'), side('actor'));
}

export default async function userPage(at) {
  const path = p`/v1/orgs/${at.params.org}/users/${at.params.user}`;
  const [user, { items: attached }, orgs] = await Promise.all([api.get(path), api.get(`${path}/apis`), orgsBelow(at.org.id)]);
  const users = link(p`/orgs/${at.params.org}/users`);
  const edits = at.may('users:edit');
  const act = userActions(at, (name) => (name === 'remove' ? at.go(p`/orgs/${at.params.org}/users`) : at.reload()));
  const keys = keysPanel(at, { path: `${path}/keys`, apis: attached.map((one) => one.name), issue: edits, edit: edits, revoke: edits });
  return {
    title: nameOf(user),
    body: [
      heading(nameOf(user), actions(at, user, path, act), { back: { href: users, label: t('nav.users') }, lead: user.id === myself().id && t('user.you') }),
      standing(user),
      overview(user, orgs),
      section(t('user.profile'), act.may('ban', user) ? profile(at, user, path) : h('p.muted', t('user.elsewhere')), { split: true }),
      section(t('apis'), await webApis(at, user, attached, act), { actions: edits && at.may('apis:view') && button(t('user.attach'), () => act.attach([user], attached)), lead: t('user.apis.text') }),
      section(t('keys'), deferred(async () => { await keys.load(); return keys.node; }), { actions: keys.issue }),
      section(t('nav.messages'), messages(at, path)),
      at.may('audit:view') && section(t('user.history'), history(at, user)),
    ],
    update: () => {},
    ready: () => at.query.issue && (at.set({ issue: '' }, { replace: true }), keys.start()),
  };
}
