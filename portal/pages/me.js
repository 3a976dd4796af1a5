// SPDX-License-Identifier: Apache-2.0
// My profile: names, password, sessions, own keys, and where one belongs.
import { api, tagOf } from '../lib/api.js';
import { h } from '../lib/dom.js';
import { load } from '../lib/session.js';
import { t, when } from '../lib/text.js';
import { link, p } from '../lib/url.js';
import { badge, button, facts, heading, nameOf, section } from '../parts/common.js';
import { confirm } from '../parts/dialog.js';
import { makeForm } from '../parts/form.js';
import { keysPanel } from '../parts/keys.js';
import { makeListing } from '../parts/listing.js';
import { roleFields } from '../parts/person.js';
import { copyable } from '../parts/secret.js';
import { toast } from '../parts/toast.js';

function names(at, me) {
  return makeForm({
    guarded: true,
    fields: roleFields([], me),
    submit: t('save'),
    kind: '',
    onsubmit: async ({ first_name, last_name }, form) => {
      await api.patch('/v1/me', { first_name: first_name || null, last_name: last_name || null }, tagOf(me));
      form.settle();
      await load();
      toast(t('saved'));
      at.reload();
    },
  }).node;
}

function password(at) {
  return makeForm({
    guarded: true,
    fields: [
      { name: 'current', label: t('me.password.current'), type: 'password', required: true, autocomplete: 'current-password', maxlength: 1024 },
      { name: 'password', label: t('password.new'), type: 'password', required: true, autocomplete: 'new-password', maxlength: 1024, help: t('password.help') },
    ],
    submit: t('me.password.do'),
    kind: '',
    onsubmit: async (values, form) => {
      await api.post('/v1/me/password', values, { anonymous: true });
      form.settle();
      toast(t('me.password.done'));
      at.reload();
    },
  }).node;
}

// "Firefox on Linux", as far as the browser's own words say so.
function browserOf(agent) {
  const find = (pairs) => pairs.find(([pattern]) => pattern.test(agent))?.[1];
  const browser = find([[/Edg\//, 'Edge'], [/OPR\//, 'Opera'], [/Firefox\//, 'Firefox'], [/Chrom(e|ium)\//, 'Chrome'], [/Safari\//, 'Safari'], [/curl\//, 'curl']]);
  const system = find([[/Android/, 'Android'], [/iPhone|iPad/, 'iOS'], [/Windows/, 'Windows'], [/Mac OS X/, 'macOS'], [/Linux/, 'Linux']]);
  return [browser, system].filter(Boolean).join(' · ') || agent || t('me.session.unknown');
}

async function sessions(at) {
  const { items } = await api.get('/v1/me/sessions', { limit: 1000 });
  const others = items.filter((one) => !one.current);
  const end = async (some) => {
    for (const one of some) await api.remove(p`/v1/me/sessions/${one.id}`);
    toast(t('me.sessions.ended', { n: some.length }));
    at.reload();
  };
  const all = async () => (await confirm(t('me.sessions.end.title'), h('p', t('me.sessions.end.text')), t('me.sessions.end'))) && end(others);
  const list = makeListing(at, {
    caption: t('me.sessions'), own: {},
    fetch: () => ({ items, next: null }),
    columns: [
      { label: t('me.session'), first: true, cell: (one) => [h('span.strong', { title: one.agent }, browserOf(one.agent)), h('span.second', one.current ? t('me.session.this') : one.address)] },
      { label: t('me.session.begun'), kind: 'wide', cell: (one) => when(one.created_at) },
      { label: t('me.session.seen'), cell: (one) => when(one.last_seen_at) },
      { label: t('expires'), kind: 'wide', cell: (one) => when(one.expires_at) },
      { label: t('actions'), hidden: true, kind: 'act', cell: (one) => !one.current && button(t('me.session.end'), () => end([one]), 'quiet') },
    ],
  });
  await list.load();
  return section(t('me.sessions'), list.node, { lead: t('me.sessions.text'), actions: others.length > 0 && button(t('me.sessions.end'), all) });
}

function belonging(at, me) {
  const list = makeListing(at, {
    caption: t('me.orgs'), own: {},
    empty: h('p.muted', t('me.orgs.none')),
    fetch: () => ({ items: me.memberships.map((one) => ({ ...one, id: one.org_id })), next: null }),
    columns: [
      { label: t('nav.org'), first: true, cell: (one) => [h('a', { href: link(p`/orgs/${one.org}`) }, one.org_name), h('span.second', one.org)] },
      { label: t('role'), cell: (one) => one.role },
      { label: t('status'), cell: (one) => badge(one.suspended ? 'suspended' : one.status) },
      { label: t('modules'), kind: 'wide', cell: (one) => one.modules.join(', ') || h('span.muted', t('me.modules.all')) },
    ],
  });
  return list;
}

async function keys(at, me) {
  const orgs = me.memberships.map((one) => ({ value: one.org, label: one.org_name }));
  const panel = keysPanel(at, { path: '/v1/me/keys', apis: me.apis.map((one) => one.name), orgs, issue: orgs.length > 0 || me.apis.length > 0, revoke: true });
  await panel.load();
  return section(t('me.keys'), panel.node, { lead: t('me.keys.text'), actions: panel.issue });
}

export default async function profile(at) {
  const me = await api.get('/v1/me');
  const orgs = belonging(at, me);
  const [sessionList, keyList] = await Promise.all([sessions(at), keys(at, me), orgs.load()]);
  return {
    title: t('nav.me'),
    body: [
      heading(nameOf(me), [], { lead: nameOf(me) === me.email ? null : me.email }),
      facts([
        [t('status'), badge(me.status)],
        [t('last_login'), when(me.last_login_at, t('never'))],
        [t('me.apis'), me.apis.map((one) => one.name).join(', ')],
        [t('id'), copyable(me.id)],
      ]),
      section(t('user.profile'), names(at, me), { split: true }),
      section(t('password'), password(at), { split: true }),
      sessionList,
      keyList,
      section(t('me.orgs'), orgs.node),
    ],
    update: () => {},
  };
}
