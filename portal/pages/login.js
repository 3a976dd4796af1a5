// SPDX-License-Identifier: Apache-2.0
// Log in; also in a dialog, where a session ended in the middle of work.
import { h } from '../lib/dom.js';
import { signIn, user } from '../lib/session.js';
import { t } from '../lib/text.js';
import { link } from '../lib/url.js';
import { heading } from '../parts/common.js';
import { openDialog } from '../parts/dialog.js';
import { makeForm } from '../parts/form.js';

export const loginForm = (done, email, more = {}) =>
  makeForm({
    fields: [
      { name: 'email', label: t('email'), type: 'email', required: true, autocomplete: 'username', value: email, readonly: Boolean(email), focus: !email },
      { name: 'password', label: t('password'), type: 'password', required: true, autocomplete: 'current-password', focus: Boolean(email), maxlength: 1024 },
    ],
    submit: t('login.do'),
    onsubmit: async (values) => {
      await signIn(values.email, values.password);
      await done();
    },
    ...more,
  });

// Whether the user has logged in again.
export const askPassword = () =>
  openDialog(t('login.again'), (close) => [h('p', t('login.again.text')), loginForm(() => close(true), user().email).node]).then(Boolean);

export default async function login(at) {
  if (user()) {
    at.go('/', {}, { replace: true });
    return { title: t('login.title') };
  }
  const done = () => at.go(at.wanted?.slice(1) ?? '/', {}, { replace: true });
  const form = loginForm(done, '', { extra: h('a', { href: link('/forgotten') }, t('login.forgotten')) });
  return { title: t('login.title'), body: [heading(t('login.title')), form.node], ready: () => form.field('email').focus() };
}
