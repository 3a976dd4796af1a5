// SPDX-License-Identifier: Apache-2.0
// Form fields about a person, and what may be chosen for one: roles, Web APIs, organizations below, modules.
import { api } from '../lib/api.js';
import { fill, h, newId } from '../lib/dom.js';
import { user, visibleOrgs } from '../lib/session.js';
import { t, word } from '../lib/text.js';
import { p } from '../lib/url.js';

const NAMES = ['first_name', 'last_name'];

// First and last name, and what a role makes mandatory: fields for makeForm.
export const roleFields = (required = [], values = {}) => [
  ...NAMES.map((name) => ({ name, label: t(name), value: values[name], autocomplete: name === 'first_name' ? 'given-name' : 'family-name',
    required: required.includes(name), optional: !required.includes(name) })),
  ...required.filter((name) => !NAMES.includes(name)).map((name) => ({ name: `field:${name}`, label: name, required: true, value: values.fields?.[name] })),
];

// What was entered as the API takes it: further fields by themselves, empty names left out.
export function splitFields(values) {
  const body = {}, fields = {};
  for (const [name, value] of Object.entries(values)) {
    if (name.startsWith('field:')) fields[name.slice(6)] = value;
    else if (value !== '') body[name] = value;
  }
  return Object.keys(fields).length ? { ...body, fields } : body;
}

// A field for one user of an organization, who is found while one types.
export const userField = (org, label = t('user')) => ({
  name: 'user', label, group: false, required: true, help: t('user.find'),
  control: (id, described) => {
    const known = h('datalist', { id: newId() });
    let timer;
    const ask = async () => {
      const { items } = await api.get(p`/v1/orgs/${org}/users`, { q: input.value.trim(), limit: 10 });
      fill(known, items.map((one) => h('option', { value: one.email }, [one.first_name, one.last_name].filter(Boolean).join(' '))));
    };
    const input = h('input', { id, type: 'text', inputmode: 'email', autocomplete: 'off', spellcheck: 'false', required: true, list: known.id, 'aria-describedby': described, 'data-focus': true,
      oninput: () => { clearTimeout(timer); timer = setTimeout(ask, 180); } });
    return { node: h('div', input, known), input, read: () => input.value.trim(), focus: () => input.focus() };
  },
});

// The roles that can be given in an organization, the strongest last.
export async function rolesOf(org) {
  const roles = await api.all(p`/v1/orgs/${org}/roles`);
  return roles.filter((role) => role.type !== 'site' || user().site).reverse();
}

export const apisOf = (org) => api.all(p`/v1/orgs/${org}/apis`);

// The organizations below one.
export async function orgsBelow(id) {
  const all = await visibleOrgs();
  const below = (parent) => all.filter((org) => org.parent_id === parent).flatMap((org) => [org, ...below(org.id)]);
  return below(id);
}

// What a role is for, in the reader's language where it is built in.
export const summaryOf = (role) => (role.built_in ? word(`roles.${role.name}`, role.summary) : role.summary);

export const roleOptions = (roles) => roles.map((role) => ({ value: role.name, label: [role.name, summaryOf(role)].filter(Boolean).join(': ') }));

// The modules that members can be confined to: those that the site names, less the project's own.
export async function modulesOf() {
  try {
    return (await api.get('/v1/modules')).items.filter((module) => !module.built_in).map((module) => module.name);
  } catch (problem) {
    if (problem.status === 403 || problem.status === 404) return [];
    throw problem;
  }
}
