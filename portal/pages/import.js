// SPDX-License-Identifier: Apache-2.0
// Import of users, and export, which the import reads back.
import { api } from '../lib/api.js';
import { t } from '../lib/text.js';
import { link, p } from '../lib/url.js';
import { heading, section } from '../parts/common.js';
import { makeForm } from '../parts/form.js';
import { makeImporter } from '../parts/importer.js';
import { roleOptions, rolesOf } from '../parts/person.js';

const TEMPLATE = 'email,first_name,last_name,role,action,kind,modules,apis\nann@example.com,Ann,Bell,Viewer,invite,person,,\n';

const importer = (at, roles) => makeImporter(at, {
  path: p`/v1/orgs/${at.params.org}/imports`,
  words: 'import',
  fields: [
    { name: 'role', label: t('import.role'), options: [{ value: '', label: t('import.role.none') }, ...roleOptions(roles)], help: t('import.role.help') },
    { name: 'action', label: t('import.action'), options: ['create', 'add', 'invite'].map((value) => ({ value, label: t(`import.action.${value}`) })), help: t('import.action.help') },
  ],
  template: TEMPLATE,
  name: 'users.csv',
  onward: link(p`/orgs/${at.params.org}/users`),
});

function makeExport(at, roles) {
  const statuses = ['VALIDATED', 'INACTIVE', 'DEACTIVATED', 'DENIED', 'BANNED'];
  const form = makeForm({
    fields: [
      { name: 'status', label: t('status'), options: [{ value: '', label: t('all') }, ...statuses.map((value) => ({ value, label: t(`status.${value}`) }))] },
      { name: 'role', label: t('role'), options: [{ value: '', label: t('export.roles') }, ...roles.map((role) => ({ value: role.name, label: role.name }))] },
      { name: 'emails', label: t('export.emails'), type: 'checkbox' },
    ],
    submit: t('export.do'),
    kind: '',
    onsubmit: ({ status, role, emails }) => api.download(p`/v1/orgs/${at.params.org}/users.csv`, { status, role, column: emails && 'email' }, `${at.org.slug}-users.csv`, 'text/csv'),
  });
  return form.node;
}

export default async function importPage(at) {
  const roles = at.may('roles:view') ? await rolesOf(at.params.org) : [];
  return {
    title: t('nav.import'),
    body: [
      heading(t('nav.import')),
      at.may('users:create') && section(t('import.title'), importer(at, roles), { lead: t('import.text') }),
      section(t('export.title'), makeExport(at, roles), { lead: t('export.text') }),
    ],
  };
}
