// SPDX-License-Identifier: Apache-2.0
// My organization: what it is called, its Web APIs and who has them, and the organizations within it.
import { api, tagOf } from '../lib/api.js';
import { h } from '../lib/dom.js';
import { visibleOrgs } from '../lib/session.js';
import { count, t, when } from '../lib/text.js';
import { link, p } from '../lib/url.js';
import { badge, button, empty, facts, heading, linkButton, notice, section } from '../parts/common.js';
import { openDialog } from '../parts/dialog.js';
import { makeForm } from '../parts/form.js';
import { makeListing } from '../parts/listing.js';
import { createOrg, orgColumns, refresh } from '../parts/orgs.js';
import { copyable } from '../parts/secret.js';
import { toast } from '../parts/toast.js';

async function edit(at, org, path) {
  const saved = await openDialog(t('org.edit'), (close) => makeForm({
    fields: [
      { name: 'name', label: t('name'), required: true, value: org.name, focus: true },
      { name: 'slug', label: t('org.slug'), required: true, value: org.slug, help: t('org.slug.change') },
    ],
    submit: t('save'),
    onsubmit: async ({ name, slug }) => close(await api.patch(path, { name, ...(slug !== org.slug && { slug }) }, tagOf(org))),
  }).node);
  if (!saved) return;
  await refresh();
  toast(t('saved'));
  if (saved.slug === org.slug) at.reload();
  else at.go(p`/orgs/${saved.slug}/about`, {}, { replace: true });
}

function webApis(at) {
  const register = () => at.may('apis:create') && linkButton(t('api.register'), link(p`/orgs/${at.params.org}/apis/new`));
  const list = makeListing(at, {
    caption: t('apis'), own: {},
    empty: empty(t('apis.empty'), t('apis.empty.text'), register()),
    fetch: (query, signal) => api.get(p`/v1/orgs/${at.params.org}/apis`, query, { signal }),
    columns: [
      { label: t('name'), first: true, cell: (one) => [h('a.cover', { href: link(p`/orgs/${at.params.org}/apis/${one.id}`) }, one.name), one.summary && h('span.second', one.summary)] },
      { label: t('api.users'), kind: 'num', cell: (one) => count(one.users) },
      { label: t('created'), kind: 'wide', cell: (one) => when(one.created_at) },
    ],
  });
  const csv = at.may('users:edit') && linkButton(t('attach.csv'), link(p`/orgs/${at.params.org}/apis/import`));
  return { list, node: () => section(t('apis'), list.node, { lead: t('apis.text'), actions: list.items().length > 0 && [csv, register()] }) };
}

async function suborgs(at, org) {
  const below = (await visibleOrgs()).filter((one) => one.parent_id === org.id);
  const create = async () => {
    const made = await createOrg(org.id);
    if (made) at.go(p`/orgs/${made.slug}/about`);
  };
  const list = makeListing(at, {
    caption: t('org.below'), own: {},
    empty: h('p.muted', t('org.below.none')),
    fetch: async () => ({ items: below, next: null }),
    columns: orgColumns(at.may, at.reload),
  });
  await list.load();
  return section(t('org.below'), list.node, { lead: t('org.below.text'), actions: at.may('orgs:create') && button(t('org.create'), create) });
}

export default async function orgPage(at) {
  const path = p`/v1/orgs/${at.params.org}`;
  const org = at.may('orgs:view') ? await api.get(path) : at.org;
  const parent = org.parent_id && (await visibleOrgs()).find((one) => one.id === org.parent_id);
  const apis = webApis(at);
  const [below] = await Promise.all([suborgs(at, org), apis.list.load({})]);
  return {
    title: org.name,
    body: [
      heading(org.name, at.may('orgs:edit') ? button(t('org.edit'), () => edit(at, org, path)) : []),
      org.status === 'suspended' && notice(t('org.is.suspended')),
      facts([
        [t('id'), copyable(org.id)],
        [t('org.slug'), copyable(org.slug)],
        [t('org.parent'), parent && h('a', { href: link(p`/orgs/${parent.slug}/about`) }, parent.name)],
        [t('status'), org.status && badge(org.status)],
        [t('created'), org.created_at && when(org.created_at)],
      ]),
      apis.node(),
      below,
    ],
    update: () => {},
  };
}
