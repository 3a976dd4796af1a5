// SPDX-License-Identifier: Apache-2.0
// Who is invited: send again, take back.
import { api } from '../lib/api.js';
import { h } from '../lib/dom.js';
import { t, when } from '../lib/text.js';
import { link, p } from '../lib/url.js';
import { runAll } from '../parts/bulk.js';
import { badge, button, empty, heading, linkButton } from '../parts/common.js';
import { confirm } from '../parts/dialog.js';
import { makeListing } from '../parts/listing.js';
import { toast } from '../parts/toast.js';

const STATUSES = ['PENDING', 'EXPIRED', 'ACCEPTED', 'REVOKED'];
const isOpen = (one) => one.status === 'PENDING' || one.status === 'EXPIRED';

const offer = (one) => [one.external ? t('outsider') : one.role, one.apis.length > 0 && h('span.second', one.apis.join(', ')), one.modules.length > 0 && h('span.second', one.modules.join(', '))];

export default async function invitations(at) {
  const org = at.params.org;
  const edit = at.may('users:edit');
  const path = (one, verb = '') => p`/v1/orgs/${org}/invitations/${one.id}` + verb;

  const resend = async (all) => {
    const mails = new Set();
    const done = await runAll(t('invitations.resend'), all, (one) => one.email, async (one) => mails.add((await api.post(path(one, '/resend'), {})).mail));
    list.reload();
    if (done.length) toast(mails.has('not_configured') ? t('mail.none') : t('invitations.resent', { n: done.length, name: done[0].email }));
  };

  const revoke = async (all) => {
    const title = t('invitations.revoke.title', { n: all.length, name: all[0].email });
    if (!(await confirm(title, [h('p', t('invitations.revoke.text')), all.length > 1 && h('ul', all.map((one) => h('li', one.email)))], t('invitations.revoke')))) return;
    const done = await runAll(title, all, (one) => one.email, (one) => api.remove(path(one)));
    list.reload();
    if (done.length) toast(t('invitations.revoked', { n: done.length, name: done[0].email }));
  };

  const actions = (one) => edit && isOpen(one) && h('div.actions', button(t('invitations.resend'), () => resend([one]), 'quiet'),
    one.status === 'PENDING' && button(t('invitations.revoke'), () => revoke([one]), 'quiet'));
  const add = () => at.may('users:create') && linkButton(t('invitations.add'), link(p`/orgs/${org}/users/add`), 'primary');
  const person = (one) => (one.user_id && one.status === 'ACCEPTED' && !one.external ? h('a', { href: link(p`/orgs/${org}/users/${one.user_id}`) }, one.email) : h('span.strong', one.email));

  const list = makeListing(at, {
    caption: t('nav.invitations'),
    tabs: { param: 'status', values: [['', t('all')], ...STATUSES.map((status) => [status, t(`status.${status}`)])] },
    name: (one) => one.email,
    empty: empty(t('invitations.empty'), t('invitations.empty.text'), add()),
    fetch: (query, signal) => api.get(p`/v1/orgs/${org}/invitations`, query, { signal }),
    select: edit ? (chosen) => [button(t('invitations.resend'), () => resend(chosen)), button(t('invitations.revoke'), () => revoke(chosen), 'danger')] : null,
    selectable: isOpen,
    columns: [
      { label: t('email'), first: true, cell: person },
      { label: t('role'), cell: offer },
      { label: t('status'), cell: (one) => badge(one.status) },
      { label: t('invitations.by'), kind: 'wide', cell: (one) => one.invited_by ?? '–' },
      { label: t('invitations.sent'), kind: 'wide', cell: (one) => when(one.created_at) },
      { label: t('expires'), cell: (one) => (one.status === 'PENDING' ? when(one.expires_at) : '–') },
      { label: t('actions'), hidden: true, kind: 'act', cell: actions },
    ],
  });
  await list.load();
  return { title: t('nav.invitations'), body: [heading(t('nav.invitations'), [add()]), list.node], update: list.load };
}
