// SPDX-License-Identifier: Apache-2.0
// Personal keys: issue, show once, rotate, confine, revoke; show again where the site allows it. Of a user, or one's own.
import { api, tagOf } from '../lib/api.js';
import { h } from '../lib/dom.js';
import { t, when } from '../lib/text.js';
import { link, p } from '../lib/url.js';
import { badge, button, notice } from './common.js';
import { saveTable } from './csv.js';
import { confirm, openDialog } from './dialog.js';
import { checks, makeForm } from './form.js';
import { makeListing } from './listing.js';
import { menu } from './menu.js';
import { secretField } from './secret.js';
import { toast } from './toast.js';

const DAYS = [1, 7, 30, 90, 180, 365];
const isOver = (key) => key.status === 'revoked' || key.status === 'expired';
const nameOf = (key) => key.name || key.id;

const lifetimes = (first) => [first, ...DAYS.map((n) => ({ value: `${n}d`, label: t('key.days', { n }) }))];
const words = (text) => text.split(/[\s,;]+/).filter(Boolean);
const networksField = (key) => ({ name: 'networks', label: t('key.networks'), optional: true, value: key?.networks.join(', '), placeholder: '10.0.0.0/8, 2001:db8::/32', help: t('key.networks.help'), maxlength: 2000 });

// Shows what is shown this once. Closing asks until the key was copied.
export function showKey(key, { title = t('key.made'), text = t('key.made.text') } = {}) {
  const secret = secretField(t('key'), key.key);
  const done = (close) => async () => {
    if (secret.kept() || (await confirm(t('key.unkept'), h('p', t('key.unkept.text')), t('key.unkept.do')))) {
      secret.keep();
      close();
    }
  };
  let leave;
  return openDialog(title, (close) => {
    leave = done(close);
    return [notice(text, 'info'), secret.node, h('div.foot', button(t('done'), leave))];
  }, { wide: true, dismiss: () => (leave(), false) });
}

// Several that are shown this once: {email, key} each.
export function showKeys(keys) {
  if (keys.length === 1) return showKey(keys[0]);
  const secrets = keys.map(({ email, key }) => secretField(email, key));
  const keep = () => secrets.forEach((secret) => secret.keep());
  const leave = (close) => async () => {
    if (secrets.every((secret) => secret.kept()) || (await confirm(t('key.unkept'), h('p', t('key.unkept.text')), t('key.unkept.do')))) { keep(); close(); }
  };
  let dismiss;
  return openDialog(t('keys.made', { n: keys.length }), (close) => {
    dismiss = leave(close);
    const file = button(t('keys.save'), () => { saveTable(['email', 'key'], keys, 'keys.csv'); keep(); }, 'primary');
    return [notice(t('key.made.text'), 'info'), secrets.slice(0, 20).map((secret) => secret.node), keys.length > 20 && h('p', t('keys.more', { n: keys.length - 20 })), h('div.foot', file, button(t('done'), dismiss))];
  }, { wide: true, dismiss: () => (dismiss(), false) });
}

const STATES = ['active', 'soon', 'retiring', 'expired', 'revoked'];
const SOON = '30d';

// o: {path, apis: [names] or null, issue, edit, revoke, orgs: [{value, label}], org}: the API's path of the keys; what may be offered; the Web APIs
// that can be covered; for one's own keys, the organizations that one can be for; with `org`, they are those of all its users.
export function keysPanel(at, o) {
  const one = (key, verb = '') => (o.org ? p`/v1/orgs/${o.org}/users/${key.user_id}/keys` : o.path) + p`/${key.id}` + verb;
  const again = () => list.reload();

  async function issue() {
    const made = await openDialog(t('key.issue'), (close) => makeForm({
      fields: [
        { name: 'name', label: t('name'), optional: true, placeholder: t('key.name.example'), help: t('key.name.help') },
        o.orgs?.length > 1 && { name: 'org', label: t('nav.org'), options: o.orgs },
        { name: 'expires', label: t('key.expires'), options: lifetimes({ value: '', label: t('key.forever') }) },
        o.apis?.length > 0 && { name: 'apis', label: t('key.apis'), group: true, help: t('key.apis.help'), control: checks(o.apis.map((name) => ({ value: name, label: name }))) },
        networksField(),
        { name: 'jwt', label: t('key.jwt'), type: 'checkbox', help: t('key.jwt.help') },
      ].filter(Boolean),
      submit: t('key.issue'),
      onsubmit: async ({ name, org, expires, apis, networks, jwt }) => close(await api.post(o.path, {
        ...(name && { name }), ...(org && { org }), ...(expires && { expires }), ...(apis?.length && { apis }),
        ...(networks && { networks: words(networks) }), ...(jwt && { jwt }),
      })),
    }).node);
    if (!made) return;
    await showKey(made);
    again();
  }

  async function rotate(key) {
    const made = await openDialog(t('key.rotate.title', { name: nameOf(key) }), (close) => makeForm({
      before: h('p', t('key.rotate.text')),
      fields: [
        { name: 'overlap', label: t('key.overlap'), options: [['0s', t('key.overlap.none')], ['1h', t('key.hours', { n: 1 })], ['24h', t('key.hours', { n: 24 })], ['7d', t('key.days', { n: 7 })]].map(([value, label]) => ({ value, label })), value: '24h' },
        { name: 'expires', label: t('key.expires'), options: lifetimes({ value: '', label: t('key.as_before') }) },
      ],
      submit: t('key.rotate'),
      onsubmit: async ({ overlap, expires }) => close(await api.post(one(key, '/rotate'), { overlap, ...(expires && { expires }) })),
    }).node);
    if (!made) return;
    await showKey(made);
    again();
  }

  async function edit(listed) {
    const key = await api.get(one(listed));
    const keep = { value: 'keep', label: key.expires_at ? t('key.as_before') : t('key.forever') };
    const saved = await openDialog(t('key.edit.title', { name: nameOf(key) }), (close) => makeForm({
      fields: [
        { name: 'name', label: t('name'), optional: true, value: key.name },
        { name: 'expires', label: t('key.expires'), options: lifetimes(keep).concat(key.expires_at && !key.jwt ? { value: '0', label: t('key.forever') } : []), help: t('key.from_now') },
        networksField(key),
      ],
      submit: t('save'),
      onsubmit: async ({ name, expires, networks }) => {
        const now = words(networks);
        await api.patch(one(key), { name: name || null, networks: now.length ? now : null, ...(expires !== 'keep' && { expires }) }, tagOf(key));
        close(true);
      },
    }).node);
    if (saved) { toast(t('saved')); again(); }
  }

  async function reveal(key) {
    const shown = await api.post(one(key, '/reveal'));
    await showKey(shown, { title: nameOf(key), text: t('key.reveal.text') });
  }

  async function revoke(key) {
    if (!(await confirm(t('key.revoke.title', { name: nameOf(key) }), h('p', t('key.revoke.text', { user: key.user })), t('key.revoke')))) return;
    await api.remove(one(key));
    toast(t('key.revoked', { name: nameOf(key) }));
    again();
  }

  const actions = (key) => (isOver(key) ? null : menu(t('key.actions', { name: nameOf(key) }), [
    o.issue && !key.replaces && !key.replaced_by && [t('key.rotate'), () => rotate(key)],
    o.edit && [t('key.edit'), () => edit(key)],
    o.issue && key.can_reveal && [t('key.reveal'), () => reveal(key)],
    o.revoke && [t('key.revoke'), () => revoke(key), 'danger'],
  ], { icon: true }));

  const covers = (key) => (key.covers_all ? h('span.muted', t('key.all')) : key.apis.join(', ') || t('none'));
  const list = makeListing(at, {
    caption: t('keys'), own: o.org ? null : {},
    tabs: o.org && { param: 'status', values: [['', t('all')], ...STATES.map((state) => [state, t(`key.are.${state}`)])] },
    empty: h('p.muted', t('keys.empty')),
    fetch: ({ status, ...query }, signal) => api.get(o.path, status === 'soon' ? { ...query, expires_within: SOON } : { ...query, status }, { signal }),
    columns: [
      { label: t('name'), first: true, cell: (key) => [h('span.strong', key.name || t('key.unnamed')), h('span.second', [key.id, key.jwt ? 'JWT' : null, o.orgs?.length > 1 ? key.org : null].filter(Boolean).join(' · '))] },
      o.org && { label: t('user'), cell: (key) => h('a', { href: link(p`/orgs/${o.org}/users/${key.user_id}`) }, key.user) },
      { label: t('status'), cell: (key) => badge(key.status) },
      !o.org && { label: t('key.apis'), kind: 'wide', cell: covers },
      !o.org && { label: t('key.networks'), kind: 'wide', cell: (key) => key.networks.join(', ') || h('span.muted', t('key.anywhere')) },
      { label: t('key.used'), cell: (key) => when(key.last_used_at, t('never')) },
      { label: t('expires'), cell: (key) => when(key.expires_at, t('never')) },
      { label: t('actions'), hidden: true, kind: 'act', cell: actions },
    ].filter(Boolean),
  });
  return { node: list.node, load: list.load, issue: o.issue && button(t('key.issue'), issue), start: issue };
}
