// SPDX-License-Identifier: Apache-2.0
// All keys of an organization.
import { api } from '../lib/api.js';
import { t } from '../lib/text.js';
import { p } from '../lib/url.js';
import { button, heading } from '../parts/common.js';
import { openDialog } from '../parts/dialog.js';
import { makeForm } from '../parts/form.js';
import { keysPanel } from '../parts/keys.js';
import { userField } from '../parts/person.js';

export default async function keys(at) {
  const org = at.params.org, edit = at.may('users:edit');
  const panel = keysPanel(at, { path: p`/v1/orgs/${org}/keys`, org, issue: edit, edit, revoke: edit });

  // For whom; the rest is asked where that user's Web APIs are known.
  const issue = () => openDialog(t('key.issue'), (close) => makeForm({
    fields: [userField(org, t('key.whose'))],
    submit: t('next'),
    onsubmit: async ({ user }) => {
      const { id } = await api.get(p`/v1/orgs/${org}/users/${user}`);
      close();
      at.go(p`/orgs/${org}/users/${id}`, { issue: 1 });
    },
  }).node);

  await panel.load(at.query);
  return { title: t('keys'), body: [heading(t('keys'), edit ? button(t('key.issue'), issue, 'primary') : [], { lead: t('keys.text') }), panel.node], update: panel.load };
}
