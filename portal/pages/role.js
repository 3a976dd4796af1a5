// SPDX-License-Identifier: Apache-2.0
// One of an organization's own roles: made or changed. Its permissions are ticked in a matrix.
import { api, tagOf } from '../lib/api.js';
import { fill, h } from '../lib/dom.js';
import { t } from '../lib/text.js';
import { link, p } from '../lib/url.js';
import { heading } from '../parts/common.js';
import { checks, makeForm } from '../parts/form.js';
import { actionsOf, modulesWith } from '../parts/permissions.js';
import { toast } from '../parts/toast.js';

const NAMES = ['first_name', 'last_name'];
const words = (text) => text.split(/[\s,;]+/).filter(Boolean);

// A control whose value is a list of patterns. `type()` says which modules can be reached.
function permissionMatrix(role, modules, actions, type) {
  const chosen = new Set(role.permissions);
  const place = h('div.scroll', { tabindex: 0 });

  function box(module, action) {
    const pattern = `${module.name}:${action}`;
    const whole = chosen.has(`${module.name}:*`);
    const name = action === '*' ? t('action.all') : t(`action.${action}`);
    return h('td', h('input', { type: 'checkbox', checked: chosen.has(pattern) || whole, disabled: whole && action !== '*', 'aria-label': `${module.name === '*' ? t('roles.others') : module.name}: ${name}`,
      onchange: (event) => {
        if (event.target.checked) chosen.add(pattern);
        else chosen.delete(pattern);
        if (action === '*') draw(pattern);
      }, 'data-key': pattern }));
  }
  const row = (module) => h('tr', h('th', { scope: 'row' }, module.name === '*' ? t('roles.others') : h('code', module.name)), ['*', ...actions].map((action) => box(module, action)));
  const reached = () => [...modules.filter((module) => type() === 'administrator' || !module.admins_only), { name: '*' }];

  function draw(focus) {
    fill(place, h('table.matrix.ticks', h('thead', h('tr', h('th', { scope: 'col' }, t('module')), ['*', ...actions].map((action) => h('th', { scope: 'col' }, t(action === '*' ? 'action.all' : `action.${action}`))))), h('tbody', reached().map(row))));
    if (focus) place.querySelector(`[data-key="${focus}"]`)?.focus();
  }

  return {
    draw,
    control: (id, described) => {
      place.setAttribute('role', 'group');
      place.setAttribute('aria-labelledby', id);
      place.setAttribute('aria-describedby', described);
      draw();
      return {
        node: place,
        read: () => [...chosen].filter((pattern) => {
          const [module, action] = pattern.split(':');
          return reached().some((one) => one.name === module) && (action === '*' || !chosen.has(`${module}:*`));
        }).sort(),
        focus: () => place.querySelector('input')?.focus(),
      };
    },
  };
}

export default async function rolePage(at) {
  const path = p`/v1/orgs/${at.params.org}/roles`;
  const isNew = !at.params.role;
  const role = isNew ? { name: '', summary: '', type: 'user', permissions: [], required_fields: [] } : await api.get(path + p`/${at.params.role}`);
  const modules = await modulesWith([role]);
  let type = role.type;
  const matrix = permissionMatrix(role, modules, actionsOf([role]), () => type);
  const kinds = ['user', 'administrator'].map((value) => ({ value, label: t(`roles.type.${value}`) }));

  const form = makeForm({
    guarded: true,
    fields: [
      { name: 'name', label: t('name'), required: true, value: role.name, focus: isNew },
      { name: 'summary', label: t('summary'), optional: true, value: role.summary, help: t('roles.summary.help') },
      isNew && { name: 'type', label: t('roles.type'), options: kinds, value: 'user', help: t('roles.type.help'), onchange: (event) => { type = event.target.value; matrix.draw(); } },
      { name: 'permissions', label: t('roles.permissions'), group: true, help: t('roles.permissions.help'), control: matrix.control },
      { name: 'names', label: t('roles.required'), group: true, help: t('roles.required.help'), control: checks(NAMES.map((value) => ({ value, label: t(value) })), role.required_fields) },
      { name: 'required_fields', label: t('roles.required.further'), optional: true, value: role.required_fields.filter((name) => !NAMES.includes(name)).join(', '), placeholder: 'department', help: t('roles.required.further.help'), maxlength: 1000 },
    ].filter(Boolean),
    submit: t(isNew ? 'roles.create' : 'save'),
    onsubmit: async ({ names, required_fields: further, summary, ...values }, form) => {
      const body = { ...values, required_fields: [...names, ...words(further)], ...((summary || !isNew) && { summary: summary || null }) };
      const saved = isNew ? await api.post(path, body) : await api.patch(path + p`/${role.id}`, body, tagOf(role));
      form.settle();
      at.go(p`/orgs/${at.params.org}/roles`);
      toast(t(isNew ? 'roles.created' : 'saved', { name: saved.name }));
    },
  });
  form.node.classList.add('wide');
  const title = isNew ? t('roles.new') : role.name;
  return {
    title,
    body: [heading(title, [], { back: { href: link(p`/orgs/${at.params.org}/roles`), label: t('nav.roles') }, lead: t('roles.new.text') }), form.node],
    ready: () => isNew && form.field('name').focus(),
  };
}
