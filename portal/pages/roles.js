// SPDX-License-Identifier: Apache-2.0
// Roles: what each may do, as a matrix; an organization's own roles; modules.
import { api } from '../lib/api.js';
import { h } from '../lib/dom.js';
import { user } from '../lib/session.js';
import { t } from '../lib/text.js';
import { link, p } from '../lib/url.js';
import { button, heading, linkButton, section, empty } from '../parts/common.js';
import { confirm, openDialog } from '../parts/dialog.js';
import { makeForm } from '../parts/form.js';
import { makeListing } from '../parts/listing.js';
import { menu } from '../parts/menu.js';
import { actionsOf, allows, modulesWith } from '../parts/permissions.js';
import { toast } from '../parts/toast.js';

const shown = (name) => t(`action.${name}`);

// What a role may do in a module, in few words.
function cell(role, module, actions) {
  const allowed = actions.filter((action) => allows(role, module, action));
  if (!allowed.length) return h('span.muted', '–');
  return allowed.length === actions.length ? h('span.strong', t('action.all')) : allowed.map((action) => shown(action)).join(', ');
}

function matrix(roles, modules) {
  const actions = actionsOf(roles);
  const named = [...modules, { name: '*', admins_only: false }];
  const label = (module) => [module.name === '*' ? t('roles.others') : h('code', module.name), module.admins_only && h('span.second', t('modules.admins'))];
  const row = (module) => h('tr', h('th', { scope: 'row' }, label(module)), roles.map((role) => h('td', cell(role, module, actions))));
  return h('div.scroll', { tabindex: 0, role: 'region', 'aria-label': t('roles.matrix') },
    h('table.matrix', h('caption.sr', t('roles.matrix')), h('thead', h('tr', h('th', { scope: 'col' }, t('module')), roles.map((role) => h('th', { scope: 'col', title: role.summary }, role.name)))), h('tbody', named.map(row))));
}

async function ownRoles(at, roles) {
  const remove = async (role) => {
    if (!(await confirm(t('roles.remove.title', { name: role.name }), h('p', t('roles.remove.text')), t('roles.remove')))) return;
    await api.remove(p`/v1/orgs/${at.params.org}/roles/${role.id}`);
    toast(t('roles.removed', { name: role.name }));
    at.reload();
  };
  const path = (role) => p`/orgs/${at.params.org}/roles/${role.id}`;
  const list = makeListing(at, {
    caption: t('roles.own'), own: {},
    empty: empty(t('roles.none'), t('roles.none.text'), at.may('roles:create') && linkButton(t('roles.new'), link(p`/orgs/${at.params.org}/roles/new`))),
    fetch: () => ({ items: roles.filter((role) => !role.built_in), next: null }),
    columns: [
      { label: t('name'), first: true, cell: (role) => [at.may('roles:edit') ? h('a', { href: link(path(role)) }, role.name) : h('span.strong', role.name), role.summary && h('span.second', role.summary)] },
      { label: t('roles.type'), cell: (role) => t(`roles.type.${role.type}`) },
      { label: t('roles.required'), kind: 'wide', cell: (role) => role.required_fields.map((name) => t(name)).join(', ') || '–' },
      { label: t('actions'), hidden: true, kind: 'act', cell: (role) => menu(t('roles.actions', { name: role.name }), [
        at.may('roles:edit') && [t('roles.edit'), () => at.go(path(role))],
        at.may('roles:delete') && [t('roles.remove'), () => remove(role), 'danger'],
      ], { icon: true }) },
    ],
  });
  await list.load();
  return list.node;
}

// Modules are the site's: whoever runs it names them and says which are for administrators only.
async function moduleList(at, modules) {
  const site = user().site;
  const path = (module) => p`/v1/modules/${module.name}`;
  const create = async () => {
    const made = await openDialog(t('modules.new'), (close) => makeForm({
      fields: [{ name: 'name', label: t('name'), required: true, focus: true, placeholder: 'reports', help: t('modules.name.help') }, { name: 'admins_only', label: t('modules.admins'), type: 'checkbox' }],
      submit: t('modules.new.do'),
      onsubmit: async (values) => close(await api.post('/v1/modules', values)),
    }).node);
    if (made) { toast(t('modules.created', { name: made.name })); at.reload(); }
  };
  const mark = async (module) => {
    await api.patch(path(module), { admins_only: !module.admins_only });
    toast(t('saved'), { undo: async () => { await api.patch(path(module), { admins_only: module.admins_only }); at.reload(); } });
    at.reload();
  };
  const remove = async (module) => {
    if (!(await confirm(t('modules.remove.title', { name: module.name }), h('p', t('modules.remove.text')), t('modules.remove')))) return;
    await api.remove(path(module));
    toast(t('modules.removed', { name: module.name }));
    at.reload();
  };
  const list = makeListing(at, {
    caption: t('modules'), own: {},
    fetch: () => ({ items: modules, next: null }),
    columns: [
      { label: t('name'), first: true, cell: (module) => h('code', module.name) },
      { label: t('modules.for'), cell: (module) => t(module.admins_only ? 'modules.admins' : 'modules.all') },
      { label: t('modules.kind'), kind: 'wide', cell: (module) => h('span.muted', t(module.built_in ? 'modules.built_in' : 'modules.own')) },
      ...(site ? [{ label: t('actions'), hidden: true, kind: 'act', cell: (module) => !module.built_in && menu(t('roles.actions', { name: module.name }), [
        [t(module.admins_only ? 'modules.open' : 'modules.close'), () => mark(module)],
        !module.admins_only && [t('modules.remove'), () => remove(module), 'danger'],
      ], { icon: true }) }] : []),
    ],
  });
  await list.load();
  return section(t('modules'), list.node, { lead: t('modules.text'), actions: site && button(t('modules.new'), create) });
}

export default async function roles(at) {
  const all = await api.all(p`/v1/orgs/${at.params.org}/roles`);
  const modules = await modulesWith(all);
  const create = at.may('roles:create') && linkButton(t('roles.new'), link(p`/orgs/${at.params.org}/roles/new`), 'primary');
  return {
    title: t('nav.roles'),
    body: [
      heading(t('nav.roles'), [create], { lead: t('roles.text') }),
      matrix(all, modules),
      section(t('roles.own'), await ownRoles(at, all), { lead: t('roles.own.text') }),
      await moduleList(at, modules),
    ],
    update: () => {},
  };
}
