// SPDX-License-Identifier: Apache-2.0
// Add users: invite people, add who has an account, create a person or a robot, give outsiders Web APIs.
import { api, Problem } from '../lib/api.js';
import { fill, h } from '../lib/dom.js';
import { t } from '../lib/text.js';
import { link, p } from '../lib/url.js';
import { runAll } from '../parts/bulk.js';
import { emailChips } from '../parts/chips.js';
import { heading, inWords, linkButton, notice, ownWords } from '../parts/common.js';
import { extentFields, extentOf } from '../parts/extent.js';
import { checks, makeForm } from '../parts/form.js';
import { apisOf, roleFields, roleOptions, rolesOf, splitFields } from '../parts/person.js';
import { toast } from '../parts/toast.js';

const WAYS = ['invite', 'add', 'person', 'system', 'outside'];

const some = (name, list) => (list?.length ? { [name]: list } : {});
const choices = (things, value, label) => things.map((thing) => ({ value: thing[value], label: thing[label] }));

// The fields that ways have in common.
const emailsField = () => ({ name: 'emails', group: true, help: t('chips.help'), control: emailChips() });
const roleField = (roles, value) => ({ name: 'role', label: t('role'), options: roleOptions(roles), value });
const apisField = (apis, label = t('apis')) => apis.length > 0 && { name: 'apis', label, group: true, help: t('add.apis.help'), control: checks(choices(apis, 'id', 'name')) };

// What there is to choose from.
const offers = (at) => Promise.all([rolesOf(at.params.org), at.may('users:edit') ? apisOf(at.params.org) : [], extentFields(at.org)]);

const blame = (field, detail) => { throw new Problem(422, { errors: [{ pointer: `/${field}`, detail, own: true }] }); };
const require = (list, field) => list.length || blame(field, t('form.required'));

function requireEmails(form, { emails }) {
  require(emails, 'emails');
  if (form.field('emails').control.wrong().length) blame('emails', t('chips.first'));
}

const said = ({ error, reason }) => ({ reason, detail: error });

// Whoever was invited leaves the field; the others stay there with the reason.
function reportInvited(form, place, items) {
  const sent = items.filter((item) => !item.error);
  const control = form.field('emails');
  control.control.remove(sent.map((item) => item.email));
  control.control.blame(Object.fromEntries(items.filter((item) => item.error).map((item) => [item.email, ownWords(said(item)) ?? item.error])));
  form.settle();
  const unsent = sent.some((item) => item.mail === 'not_configured');
  fill(place,
    sent.length > 0 && notice([h('p', t('add.invited', { n: sent.length })), unsent && h('p', t('mail.none'))], unsent ? 'info' : 'good'),
    sent.length < items.length && notice([h('p', t('add.refused', { n: items.length - sent.length })),
      h('ul', items.filter((item) => item.error).map((item) => h('li', h('strong', item.email), ': ', inWords(said(item)))))]));
}

function inviting(at, body, fields) {
  const place = h('div.deferred', { 'aria-live': 'polite' });
  const form = makeForm({
    guarded: true, fields, submit: t('add.invite.do'), after: place,
    onsubmit: async (values) => {
      requireEmails(form, values);
      const { items } = await api.post(p`/v1/orgs/${at.params.org}/invitations`, { emails: values.emails, partial: true, ...body(values) });
      reportInvited(form, place, items);
    },
  });
  return form.node;
}

const ways = {
  async invite(at) {
    const [roles, apis, extent] = await offers(at);
    const body = ({ role, apis, ...values }) => ({ role, ...some('apis', apis), ...extentOf(values) });
    return inviting(at, body, [emailsField(), roleField(roles, 'Viewer'), ...extent, apisField(apis)]);
  },

  async outside(at) {
    const apis = await apisOf(at.params.org);
    if (!apis.length) return h('p', t('apis.none'));
    const body = ({ apis }) => { require(apis, 'apis'); return { external: true, apis }; };
    return inviting(at, body, [emailsField(), apisField(apis)]);
  },

  async add(at) {
    const org = at.params.org;
    const [roles, apis, extent] = await offers(at);
    const form = makeForm({
      guarded: true,
      fields: [emailsField(), roleField(roles, 'Viewer'), ...extent, apisField(apis)],
      submit: t('add.add.do'),
      onsubmit: async ({ emails, role, apis: chosen = [], ...values }) => {
        requireEmails(form, { emails });
        const done = await runAll(t('add.add.do'), emails, (email) => email, async (email) => {
          await api.post(p`/v1/orgs/${org}/members`, { emails: [email], role, ...extentOf(values) });
          for (const id of chosen) await api.post(p`/v1/orgs/${org}/apis/${id}/attachments`, { users: [email] });
        });
        form.field('emails').control.remove(done);
        form.settle();
        if (done.length) toast(t('add.added', { n: done.length, org: at.org.name }));
      },
    });
    return form.node;
  },

  person: (at) => create(at, false),
  system: (at) => create(at, true),
};

// One new account; a role may make fields mandatory, so the form follows the role.
async function create(at, system) {
  const org = at.params.org;
  const [roles, apis, extent] = await offers(at);
  const place = h('div.deferred');
  const kept = {};

  const send = async ({ apis: chosen = [], issue, extent: reach, modules, ...values }, form) => {
    const body = { ...splitFields(values), ...extentOf({ extent: reach, modules }) };
    const user = await api.post(p`/v1/orgs/${org}/users`, system ? { ...body, system } : body);
    form.settle();
    for (const id of chosen) await api.post(p`/v1/orgs/${org}/apis/${id}/attachments`, { users: [user.id] });
    at.go(p`/orgs/${org}/users/${user.id}`, issue ? { issue: 1 } : {});
    toast(t('add.created', { name: user.email }));
  };

  function draw(name) {
    const role = roles.find((one) => one.name === name) ?? roles[0];
    const form = makeForm({
      guarded: true, submit: t(system ? 'add.system.do' : 'add.person.do'), onsubmit: send,
      fields: [
        { name: 'email', label: t('email'), type: 'email', required: true, value: kept.email, help: system ? t('add.system.email') : null },
        ...roleFields(role.required_fields, { ...kept, fields: kept }),
        { ...roleField(roles, role.name), onchange: (event) => { Object.assign(kept, form.values()); draw(event.target.value); place.querySelector('select').focus(); } },
        ...extent,
        apisField(apis),
        system ? at.may('users:edit') && { name: 'issue', label: t('add.system.key'), type: 'checkbox', value: true }
          : { name: 'password', label: t('password'), type: 'password', optional: true, autocomplete: 'new-password', maxlength: 1024, help: t('add.person.password') },
      ],
    });
    fill(place, form.node);
  }
  draw(system ? 'API User' : 'Viewer');
  return place;
}

export default async function add(at) {
  const allowed = WAYS.filter((way) => way !== 'outside' || at.may('users:edit'));
  const way = allowed.includes(at.query.how) ? at.query.how : 'invite';
  const tab = (name) => h('a', { href: link(p`/orgs/${at.params.org}/users/add`, { how: name }), 'aria-current': name === way ? 'page' : null }, t(`add.${name}`));
  return {
    title: t('users.add'),
    body: [
      heading(t('users.add'), at.may('users:create') ? linkButton(t('add.import'), link(p`/orgs/${at.params.org}/import`)) : [], { back: { href: link(p`/orgs/${at.params.org}/users`), label: t('nav.users') } }),
      h('nav.tabs', { 'aria-label': t('users.add') }, allowed.map(tab)),
      h('p.lead', t(`add.${way}.text`, { org: at.org.name })),
      await ways[way](at),
    ],
  };
}
