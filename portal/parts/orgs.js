// SPDX-License-Identifier: Apache-2.0
// Organizations in a table: open, suspend, remove; and making one.
import { api } from '../lib/api.js';
import { h } from '../lib/dom.js';
import { forgetOrgs, load } from '../lib/session.js';
import { t, when } from '../lib/text.js';
import { link, p } from '../lib/url.js';
import { badge } from './common.js';
import { confirm, openDialog } from './dialog.js';
import { makeForm } from './form.js';
import { menu } from './menu.js';
import { toast } from './toast.js';

// Makes an organization below `parent` (an id; none: at the top); whoever makes it is its first Administrator.
export async function createOrg(parent) {
  const made = await openDialog(t('org.create'), (close) => makeForm({
    before: h('p', t('org.create.text')),
    fields: [
      { name: 'name', label: t('name'), required: true, focus: true },
      { name: 'slug', label: t('org.slug'), optional: true, help: t('org.slug.help') },
      !parent && { name: 'admin', label: t('org.admin'), type: 'email', optional: true, help: t('org.admin.help') },
    ].filter(Boolean),
    submit: t('org.create.do'),
    onsubmit: async (values) => {
      const given = Object.fromEntries(Object.entries(values).filter(([, value]) => value));
      close(await api.post('/v1/orgs', { ...given, ...(parent && { parent }) }));
    },
  }).node);
  if (!made) return null;
  await refresh();
  toast(t('org.created', { name: made.name }));
  return made;
}

// What the portal knows of organizations and memberships, asked anew.
export async function refresh() {
  forgetOrgs();
  await load();
}

// Columns for a listing. What is done to an organization is for who stands above it: `may`.
export function orgColumns(may, again) {
  const path = (org) => p`/v1/orgs/${org.id}`;
  const after = async (text, undo) => { await refresh(); toast(text, { undo }); again(); };

  const suspend = async (org) => {
    if (!(await confirm(t('org.suspend.title', { name: org.name }), h('p', t('org.suspend.text')), t('org.suspend')))) return;
    await api.patch(path(org), { status: 'suspended' });
    await after(t('org.suspended', { name: org.name }), () => resume(org));
  };
  const resume = async (org) => {
    await api.patch(path(org), { status: 'active' });
    await after(t('org.resumed', { name: org.name }));
  };
  const remove = (org) => openDialog(t('org.remove.title', { name: org.name }), (close) => makeForm({
    before: h('p', t('org.remove.text')), fields: [], submit: t('org.remove'), kind: 'danger',
    onsubmit: async () => {
      await api.remove(path(org));
      close();
      await after(t('org.removed', { name: org.name }));
    },
  }).node);

  const actions = (org) => menu(t('org.actions', { name: org.name }), [
    may('orgs:edit') && (org.status === 'active' ? [t('org.suspend'), () => suspend(org), 'danger'] : [t('org.resume'), () => resume(org)]),
    may('orgs:delete') && [t('org.remove'), () => remove(org), 'danger'],
  ], { icon: true });
  return [
    { label: t('name'), first: true, cell: (org) => [h('a', { href: link(p`/orgs/${org.slug}/about`) }, org.name), h('span.second', org.slug)] },
    { label: t('status'), cell: (org) => badge(org.status) },
    { label: t('created'), kind: 'wide', cell: (org) => when(org.created_at) },
    { label: t('actions'), hidden: true, kind: 'act', cell: actions },
  ];
}
