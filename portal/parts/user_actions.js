// SPDX-License-Identifier: Apache-2.0
// What can be done to users, one or several: asked about, done to each, told, and undone where another action does that.
import { api } from '../lib/api.js';
import { h } from '../lib/dom.js';
import { t } from '../lib/text.js';
import { p } from '../lib/url.js';
import { runAll } from './bulk.js';
import { confirm, openDialog } from './dialog.js';
import { extentFields, extentInstead } from './extent.js';
import { makeForm } from './form.js';
import { apisOf, roleOptions, rolesOf } from './person.js';
import { toast } from './toast.js';

// needs: the permission; home: in the organization where the account is at home (else the membership here is meant).
// The texts are user.NAME, and user.NAME.title, .text and .done.
const ACTIONS = {
  validate: { needs: 'users:edit', home: true },
  activate: { needs: 'users:edit', undo: 'deactivate' },
  deactivate: { needs: 'users:edit', asks: true, undo: 'activate' },
  ban: { needs: 'users:edit', home: true, asks: true, undo: 'validate' },
  remove: { needs: 'users:delete', asks: true, work: (path) => api.remove(path) },
};

const names = (users) => users.length > 1 && h('ul', users.map((user) => h('li', user.email)));

// `after(name)` shows what is so now. may(name, user), do(name, users), role(users), attach(users), detach(user, webApi), confine(user).
export function userActions(at, after) {
  const path = (user) => p`/v1/orgs/${at.params.org}/users/${user.id}`;
  const attachments = (id) => p`/v1/orgs/${at.params.org}/apis/${id}/attachments`;
  const facts = (users, more) => ({ n: users.length, name: users[0].email, org: at.org.name, ...more });

  async function perform(users, said, title, work, undo, name) {
    const done = await runAll(title, users, (user) => user.email, work);
    if (!done.length) return;
    toast(said(done), { undo: undo && (() => perform(done, () => t('undone'), t('undo'), undo)) });
    await after(name);
  }

  // Asks for one thing of a list, which is then done to all.
  const choose = (key, users, field, options, then) =>
    openDialog(t(`${key}.title`, facts(users)), (close) => makeForm({
      before: names(users),
      fields: [{ name: field, options, required: true, value: users.length === 1 ? users[0][field] : null }],
      submit: t(key),
      onsubmit: (values) => { close(); then(values[field]); },
    }).node);

  return {
    may: (name, user) => at.may(ACTIONS[name].needs) && (!ACTIONS[name].home || 'failures' in user),

    async do(name, users) {
      const action = ACTIONS[name], key = `user.${name}`;
      const title = t(`${key}.title`, facts(users));
      if (action.asks && !(await confirm(title, [h('p', t(`${key}.text`, facts(users))), names(users)], t(key)))) return;
      const verb = (which) => (user) => api.post(`${path(user)}/${which}`);
      await perform(users, (done) => t(`${key}.done`, facts(done)), title, action.work ? (user) => action.work(path(user)) : verb(name), action.undo && verb(action.undo), name);
    },

    async role(users) {
      const set = (role) => (user) => api.post(`${path(user)}/set-role`, { role: role ?? user.role_id });
      choose('user.role', users, 'role', roleOptions(await rolesOf(at.params.org)), (role) =>
        perform(users, (done) => t('user.role.done', facts(done, { role })), t('user.role.title', facts(users)), set(role), set()));
    },

    async attach(users, has = []) {
      const apis = (await apisOf(at.params.org)).filter((one) => !has.some(({ id }) => id === one.id));
      if (!apis.length) return openDialog(t('user.attach'), () => h('p', t(has.length ? 'apis.no_more' : 'apis.none')));
      return choose('user.attach', users, 'api', apis.map((one) => ({ value: one.id, label: one.name })), (id) =>
        perform(users, (done) => t('user.attach.done', facts(done, { api: apis.find((one) => one.id === id).name })), t('user.attach.title', facts(users)),
          (user) => api.post(attachments(id), { users: [user.id] }), (user) => api.remove(attachments(id), { users: user.id })));
    },

    // How far the user reaches: of one, as it was shown.
    async confine(user) {
      const fields = await extentFields(at.org, user);
      const title = t('user.confine.title', facts([user]));
      if (!fields.length) return openDialog(title, () => h('p', t('user.confine.none')));
      return openDialog(title, (close) => makeForm({
        fields, submit: t('save'),
        onsubmit: async (values) => {
          await api.post(`${path(user)}/confine`, extentInstead(values));
          close();
          toast(t('saved'));
          after('confine');
        },
      }).node);
    },

    detach: (user, { id, name: which }) =>
      perform([user], () => t('user.detach.done', facts([user], { api: which })), t('user.detach'),
        () => api.remove(attachments(id), { users: user.id }), () => api.post(attachments(id), { users: [user.id] })),
  };
}
