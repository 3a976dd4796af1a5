// SPDX-License-Identifier: Apache-2.0
// The page that an invitation's link opens: a new person chooses names and password, who has an account logs in.
import { api, Problem } from '../lib/api.js';
import { h } from '../lib/dom.js';
import { load, signIn, signOut, user } from '../lib/session.js';
import { moment, t } from '../lib/text.js';
import { link, p } from '../lib/url.js';
import { button, explain, heading, linkButton } from '../parts/common.js';
import { makeForm } from '../parts/form.js';
import { roleFields, splitFields } from '../parts/person.js';
import { toast } from '../parts/toast.js';
import { loginForm } from './login.js';

const accept = (token, body) => api.post(p`/v1/invitations/${token}`, body, { anonymous: true });

async function welcome(at, invitation) {
  await load();
  at.go('/', {}, { replace: true });
  toast(t('accept.done', { org: invitation.org_name }));
}

const gone = () => ({
  title: t('accept.gone'),
  body: [heading(t('accept.gone'), [], { lead: t('accept.gone.text') }), h('p', linkButton(t('login.title'), link('/login')))],
});

function newPerson(at, invitation) {
  return makeForm({
    fields: [
      { name: 'email', label: t('email'), type: 'email', value: invitation.email, readonly: true, autocomplete: 'username' },
      ...roleFields(invitation.required_fields, invitation),
      { name: 'password', label: t('password.choose'), type: 'password', required: true, autocomplete: 'new-password', maxlength: 1024,
        help: t('password.length', { n: invitation.password_min_length }) },
    ],
    submit: t('accept.do'),
    onsubmit: async ({ email, ...values }) => {
      await accept(at.params.token, splitFields(values));
      await signIn(email, values.password);
      await welcome(at, invitation);
    },
  });
}

// The account's further fields that the role asks for go along.
function acceptForm(at, invitation) {
  const asked = invitation.required_fields.filter((name) => !['first_name', 'last_name'].includes(name));
  return makeForm({
    fields: roleFields(asked, {}).filter((field) => field.name.startsWith('field:')),
    submit: t('accept.do'),
    onsubmit: async (values) => {
      await accept(at.params.token, splitFields(values));
      await welcome(at, invitation);
    },
  });
}

function steps(at, invitation) {
  if (!invitation.has_account) return newPerson(at, invitation).node;
  if (!user()) return [h('p', t('accept.login')), loginForm(() => at.reload(), invitation.email).node];
  if (user().email === invitation.email) return acceptForm(at, invitation).node;
  return [h('p', t('accept.other', { mine: user().email, theirs: invitation.email })), h('p', button(t('signout'), signOut))];
}

export default async function invitationPage(at) {
  if (!at.params.token) return gone();
  let invitation;
  try {
    invitation = await api.get(p`/v1/invitations/${at.params.token}`, {}, { anonymous: true });
  } catch (problem) {
    if (problem instanceof Problem && problem.status === 404) return gone();
    throw problem;
  }
  const title = t('accept.title', { org: invitation.org_name });
  const what = invitation.external ? t('accept.external', { apis: invitation.apis.join(', ') }) : t('accept.role', { role: invitation.role });
  const who = invitation.invited_by ? t('accept.by', { who: invitation.invited_by }) : '';
  return {
    title,
    body: [heading(title, [], { lead: `${who} ${what} ${t('accept.until', { at: moment(invitation.expires_at) })}` }), steps(at, invitation)],
  };
}
