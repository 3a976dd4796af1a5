// SPDX-License-Identifier: Apache-2.0
// A forgotten password: asks for a link by mail. The answer is the same whether there is such an account or not.
import { api } from '../lib/api.js';
import { fill, h } from '../lib/dom.js';
import { t } from '../lib/text.js';
import { link } from '../lib/url.js';
import { heading } from '../parts/common.js';
import { makeForm } from '../parts/form.js';

export default async function forgotten() {
  const back = { back: { href: link('/login'), label: t('login.title') } };
  const place = h('div.deferred');
  const form = makeForm({
    fields: [{ name: 'email', label: t('email'), type: 'email', required: true, autocomplete: 'username' }],
    submit: t('forgotten.do'),
    onsubmit: async (values) => {
      await api.post('/v1/password-resets', values, { anonymous: true });
      fill(place, heading(t('forgotten.sent'), [], { ...back, lead: t('forgotten.sent.text', values) }));
      place.querySelector('h1').focus();
    },
  });
  fill(place, heading(t('forgotten.title'), [], { ...back, lead: t('forgotten.text') }), form.node);
  return { title: t('forgotten.title'), body: place, ready: () => form.field('email').focus() };
}
