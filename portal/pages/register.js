// SPDX-License-Identifier: Apache-2.0
// Register a Web API: name it, generate its key, copy the key, register. Until the last step nothing of it stays: whoever goes elsewhere, or closes the
// window, takes it back.
import { api } from '../lib/api.js';
import { fill, h } from '../lib/dom.js';
import { guard } from '../lib/router.js';
import { t } from '../lib/text.js';
import { link, p } from '../lib/url.js';
import { button, heading, notice } from '../parts/common.js';
import { confirm } from '../parts/dialog.js';
import { makeForm } from '../parts/form.js';
import { secretField } from '../parts/secret.js';
import { toast } from '../parts/toast.js';

export default async function register(at) {
  const path = p`/v1/orgs/${at.params.org}/apis`;
  const place = h('div.steps');
  let made = null, over = false;

  const undo = async (options) => {
    const one = made;
    made = null;
    await api.remove(path + p`/${one.id}`, {}, options);
  };
  // An API whose key nobody has would be of no use.
  at.signal.addEventListener('abort', () => made && !over && undo());
  addEventListener('pagehide', () => made && !over && undo({ keepalive: true, anonymous: true }), { signal: at.signal });
  addEventListener('pageshow', (event) => event.persisted && !over && at.reload(), { signal: at.signal }); // back out of the browser's cache

  function show(values) {
    const secret = secretField(t('api.key'), made.key);
    const finish = button(t('api.register.do'), async () => {
      if (!secret.kept() && !(await confirm(t('key.unkept'), h('p', t('key.unkept.text')), t('api.register.do')))) return;
      over = true;
      secret.keep();
      at.go(p`/orgs/${at.params.org}/apis/${made.id}`);
      toast(t('api.registered', { name: made.name }));
    }, 'primary');
    const back = button(t('cancel'), async () => {
      secret.keep();
      await undo();
      fill(place, form(values).node);
    });
    fill(place, notice(t('api.key.text'), 'info'), h('p', h('strong', made.name), made.summary && ` · ${made.summary}`), secret.node, h('div.foot', back, finish));
    place.querySelector('button.primary').focus();
  }

  const form = (values = {}) => makeForm({
    fields: [
      { name: 'name', label: t('name'), required: true, focus: true, value: values.name, placeholder: 'reports', help: t('api.name.help') },
      { name: 'summary', label: t('summary'), optional: true, value: values.summary, help: t('api.summary.help') },
    ],
    submit: t('api.generate'),
    onsubmit: async (entered) => {
      made = await api.post(path, { name: entered.name, ...(entered.summary && { summary: entered.summary }) });
      show(entered);
    },
  });

  fill(place, form().node);
  guard(() => made !== null && !over);
  return {
    title: t('api.register'),
    body: [heading(t('api.register'), [], { back: { href: link(p`/orgs/${at.params.org}/about`), label: t('nav.about') }, lead: t('api.register.text') }), place],
    ready: () => place.querySelector('input').focus(),
  };
}
