// SPDX-License-Identifier: Apache-2.0
// The mail outbox: what waits, what was given up and why; and again.
import { api } from '../lib/api.js';
import { h } from '../lib/dom.js';
import { t, when, word } from '../lib/text.js';
import { p } from '../lib/url.js';
import { badge, button, empty, heading } from '../parts/common.js';
import { makeListing } from '../parts/listing.js';
import { siteTabs } from '../parts/site.js';
import { toast } from '../parts/toast.js';

const STATUSES = ['WAITING', 'GIVEN_UP', 'SENT'];

export default async function mails(at) {
  const retry = async (path) => {
    const { due } = await api.post(path, {});
    toast(t('mails.due', { n: due }));
    list.reload();
  };
  const list = makeListing(at, {
    caption: t('site.tab.mails'),
    tabs: { param: 'status', values: [['', t('mails.all')], ...STATUSES.map((status) => [status, t(`status.${status}`)])] },
    empty: empty(t('mails.empty'), t('mails.empty.text')),
    fetch: (query, signal) => api.get('/v1/mails', query, { signal }),
    columns: [
      { label: t('mails.to'), first: true, cell: (one) => [h('span.strong', one.recipient), h('span.second', word(`mails.of.${one.template}`, one.template))] },
      { label: t('status'), cell: (one) => [badge(one.status), one.trouble && h('span.second', { lang: 'en' }, one.trouble)] },
      { label: t('mails.tries'), kind: 'num wide', cell: (one) => String(one.tries) },
      { label: t('created'), kind: 'wide', cell: (one) => when(one.created_at) },
      { label: t('status.SENT'), cell: (one) => one.sent_at && when(one.sent_at) },
      { label: t('mails.next'), cell: (one) => one.next_at && one.status !== 'SENT' && when(one.next_at) },
      { label: t('actions'), hidden: true, kind: 'act', cell: (one) => one.status !== 'SENT' && button(t('mails.retry'), () => retry(p`/v1/mails/${one.id}/retry`), 'quiet', { 'aria-label': t('mails.retry.one', { to: one.recipient }) }) },
    ],
  });
  await list.load(at.query);
  return {
    title: t('site.tab.mails'),
    body: [heading(t('nav.site'), button(t('mails.retry.all'), () => retry('/v1/mails/retry')), { lead: t('mails.text') }), siteTabs('mails'), list.node],
    update: list.load,
  };
}
