// SPDX-License-Identifier: Apache-2.0
// The site, for SuperAdmins: its organizations and whether the store is well.
import { api } from '../lib/api.js';
import { h } from '../lib/dom.js';
import { visibleOrgs } from '../lib/session.js';
import { count, t } from '../lib/text.js';
import { p } from '../lib/url.js';
import { button, empty, facts, heading, section } from '../parts/common.js';
import { makeListing } from '../parts/listing.js';
import { createOrg, orgColumns } from '../parts/orgs.js';
import { siteTabs } from '../parts/site.js';

// Each organization behind the one that it is part of.
function inOrder(orgs) {
  const ids = new Set(orgs.map((one) => one.id));
  const below = (parent, depth) => orgs.filter((one) => (ids.has(one.parent_id) ? one.parent_id : null) === parent)
    .flatMap((one) => [{ ...one, depth }, ...below(one.id, depth + 1)]);
  return below(null, 0);
}

async function health() {
  const { status, version, epoch, position } = await api.get('/v1/health');
  return facts([
    [t('site.store'), h('span', { class: `badge ${status === 'ok' ? 'good' : 'bad'}` }, t(status === 'ok' ? 'site.store.ok' : 'site.store.bad'))],
    [t('site.version'), version],
    [t('site.position'), position == null ? null : count(position)],
    [t('site.epoch'), epoch == null ? null : count(epoch)],
  ]);
}

export default async function site(at) {
  const orgs = inOrder(await visibleOrgs());
  const found = () => orgs.filter((one) => `${one.name} ${one.slug} ${one.id}`.toLowerCase().includes((at.query.q ?? '').toLowerCase()));
  const create = async () => {
    const made = await createOrg();
    if (made) at.go(p`/orgs/${made.slug}/about`);
  };
  const [name, ...rest] = orgColumns(() => true, at.reload);
  const list = makeListing(at, {
    caption: t('site.orgs'), search: t('orgs.filter'),
    empty: empty(t('site.orgs.none')),
    fetch: (query) => { at.query = query; return { items: found().slice(0, 500), next: null }; },
    columns: [{ ...name, cell: (one) => h('div', { class: `d${Math.min(one.depth, 4)}` }, name.cell(one)) }, ...rest],
  });
  await list.load(at.query);
  return {
    title: t('nav.site'),
    body: [heading(t('nav.site'), button(t('org.create'), create, 'primary')), siteTabs('orgs'), list.node, section(t('site.health'), await health())],
    update: list.load,
  };
}
