// SPDX-License-Identifier: Apache-2.0
// The policy of the site. A change holds at the next request, on every node.
import { api } from '../lib/api.js';
import { h } from '../lib/dom.js';
import { t, word } from '../lib/text.js';
import { button, heading } from '../parts/common.js';
import { openDialog } from '../parts/dialog.js';
import { makeForm } from '../parts/form.js';
import { makeListing } from '../parts/listing.js';
import { siteTabs } from '../parts/site.js';
import { toast } from '../parts/toast.js';

const nameOf = (one) => word(`setting.${one.name}`, one.name);
const set = (name, value) => api.patch('/v1/settings', { name, value });

function change(at, one) {
  const flag = one.default === 'on' || one.default === 'off';
  const done = async (close, value) => {
    await set(one.name, value);
    close();
    toast(t('saved'), { undo: async () => { await set(one.name, one.is_set ? one.value : null); at.reload(); } });
    at.reload();
  };
  return openDialog(nameOf(one), (close) => makeForm({
    before: h('p.muted', { lang: 'en' }, one.help),
    fields: [{ name: 'value', label: h('code', one.name), value: one.value ?? '', focus: true, maxlength: 1000, help: one.default ? t('settings.default', { value: one.default }) : null, ...(flag && { options: ['on', 'off'] }) }],
    extra: one.is_set && button(t('settings.reset'), () => done(close, null)),
    submit: t('save'),
    onsubmit: ({ value }) => done(close, value || null),
  }).node);
}

export default async function settings(at) {
  const list = makeListing(at, {
    caption: t('site.tab.settings'), own: {},
    fetch: () => api.get('/v1/settings'),
    columns: [
      { label: t('name'), first: true, cell: (one) => [h('span.strong', nameOf(one)), h('span.second', h('code', one.name))] },
      { label: t('settings.value'), cell: (one) => (one.value == null ? h('span.muted', t('none')) : [h('code', one.value), !one.is_set && h('span.second', t('settings.is_default'))]) },
      { label: t('actions'), hidden: true, kind: 'act', cell: (one) => button(t('settings.change'), () => change(at, one), 'quiet', { 'aria-label': `${t('settings.change')}: ${nameOf(one)}` }) },
    ],
  });
  await list.load();
  return { title: t('site.tab.settings'), body: [heading(t('nav.site'), [], { lead: t('settings.text') }), siteTabs('settings'), list.node], update: () => {} };
}
