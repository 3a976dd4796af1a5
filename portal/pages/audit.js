// SPDX-License-Identifier: Apache-2.0
// The audit trail: who did what to whom, when and from where. Of an organization, or of the whole site.
import { api } from '../lib/api.js';
import { h } from '../lib/dom.js';
import { keysOf, moment, t } from '../lib/text.js';
import { p } from '../lib/url.js';
import { button, empty, heading } from '../parts/common.js';
import { openDialog } from '../parts/dialog.js';
import { sentence } from '../parts/events.js';
import { makeField } from '../parts/form.js';
import { makeListing } from '../parts/listing.js';
import { menu } from '../parts/menu.js';
import { toast } from '../parts/toast.js';

// A time of day is the reader's; the API takes it in UTC. `until` means the end of that day.
const asTime = (day, plus = 0) => {
  if (!day) return '';
  const at = new Date(`${day}T00:00`);
  at.setDate(at.getDate() + plus);
  return at.toISOString();
};

const asked = ({ since, until, ...query }) => ({ ...query, since: asTime(since), until: asTime(until, 1) });

const value = (thing) => (typeof thing === 'object' && thing !== null ? JSON.stringify(thing) : String(thing));
const details = (event) => openDialog(t('audit.event'), () => [
  h('p', sentence(event)),
  h('dl.facts', [[t('event.at'), moment(event.at)], [t('audit.address'), event.address], [t('audit.action'), event.action], [t('id'), event.id], ...Object.entries(event.detail).map(([name, thing]) => [name, value(thing)])]
    .filter(([, text]) => text).map(([term, text]) => h('div', h('dt', term), h('dd', text)))),
], { wide: true });

// What is searched for, beside the list.
function filters(at) {
  const field = (name, more) => makeField({ name, value: at.query[name], ...more, onchange: (event) => at.set({ [name]: event.target.value.trim(), after: '' }) }).node;
  const label = (action) => t(`event.${action}`, { actor: '…', target: '…', role: '…' });
  return h('div.filters',
    field('actor', { label: t('audit.actor'), placeholder: 'ann@example.com' }),
    field('target', { label: t('audit.target'), placeholder: 'bob@example.com' }),
    field('action', { label: t('audit.action'), options: [{ value: '', label: t('audit.any') }, ...keysOf('event').filter((key) => key.includes('.')).map((action) => ({ value: action, label: label(action) }))] }),
    field('since', { label: t('audit.since'), type: 'date' }),
    field('until', { label: t('audit.until'), type: 'date' }));
}

export default async function audit(at) {
  const org = at.params.org;
  const path = org ? p`/v1/orgs/${org}/audit` : '/v1/audit';

  const exportAs = (kind, type) => async () => {
    const { after, ...query } = asked(at.query);
    await api.download(`${path}.${kind}`, query, `audit-${org ?? 'site'}.${kind}`, type);
    toast(t('audit.exported'));
  };

  // A page whose filters seldom meet may be empty and not the last one.
  const fetchPage = async (query, signal) => {
    let page, after = query.after;
    do {
      page = await api.get(path, { ...asked(query), after }, { signal });
      after = page.next;
    } while (page.items.length === 0 && after);
    return page;
  };

  const list = makeListing(at, {
    caption: t('nav.audit'),
    empty: empty(t('events.none')),
    search: t('audit.search'),
    fetch: fetchPage,
    columns: [
      { label: t('event'), first: true, cell: (event) => [sentence(event), event.detail.dry_run && h('span.second', t('audit.dry'))] },
      { label: t('event.at'), kind: 'nowrap', cell: (event) => h('time', { datetime: event.at }, moment(event.at)) },
      { label: t('audit.address'), kind: 'wide', cell: (event) => h('span.muted', event.address) },
      { label: t('actions'), hidden: true, kind: 'act', cell: (event) => button(t('audit.details'), () => details(event), 'quiet') },
    ],
  });
  await list.load(at.query);
  return {
    title: t('nav.audit'),
    body: [
      heading(t('nav.audit'), menu(t('audit.export'), [[t('audit.export.csv'), exportAs('csv', 'text/csv')], [t('audit.export.json'), exportAs('jsonl', 'application/x-ndjson')]]), { lead: t('audit.text') }),
      filters(at),
      list.node,
    ],
    update: list.load,
  };
}
