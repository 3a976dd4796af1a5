// SPDX-License-Identifier: Apache-2.0
// A new password, by the link that came by mail.
import { api } from '../lib/api.js';
import { h } from '../lib/dom.js';
import { signIn } from '../lib/session.js';
import { t } from '../lib/text.js';
import { link, p } from '../lib/url.js';
import { explain, heading, linkButton } from '../parts/common.js';
import { makeForm } from '../parts/form.js';
import { toast } from '../parts/toast.js';

// What stands where the link is gone from the address, or does not hold any more.
const stale = () => [h('span', t('link.stale')), ' ', h('a', { href: link('/forgotten') }, t('link.another'))];

async function enter(at, email, password) {
  try {
    await signIn(email, password);
    at.go('/', {}, { replace: true });
  } catch (problem) {
    if (!('status' in problem)) throw problem; // a lock stays: the log-in says so
    at.go('/login', {}, { replace: true });
  }
  toast(t('password.set'));
}

export default async function setPassword(at) {
  const title = t('password.new');
  if (!at.params.token) return { title, body: [heading(title, [], { lead: t('link.gone') }), h('p', linkButton(t('link.another'), link('/forgotten'), 'primary'))] };
  const form = makeForm({
    fields: [{ name: 'password', label: title, type: 'password', required: true, autocomplete: 'new-password', maxlength: 1024, help: t('password.help') }],
    submit: t('password.do'),
    translate: (problem) => (problem.status === 404 ? stale() : explain(problem)),
    onsubmit: async ({ password }) => {
      const { email } = await api.post(p`/v1/password-resets/${at.params.token}`, { password }, { anonymous: true });
      await enter(at, email, password);
    },
  });
  return { title, body: [heading(title), form.node], ready: () => form.field('password').focus() };
}
