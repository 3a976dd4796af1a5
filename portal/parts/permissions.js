// SPDX-License-Identifier: Apache-2.0
// What roles may do: the server's rule, told once more for showing. Permissions are patterns "module:action", either of which may be *.
import { api } from '../lib/api.js';

export const ACTIONS = ['view', 'create', 'edit', 'delete', 'run', 'statistics'];

// A module that * does not reach for roles that are not of the administrator type.
const isOutOfReach = (role, module) => module.admins_only && role.type !== 'site' && role.type !== 'administrator';

export function allows(role, module, action) {
  return role.permissions.some((pattern) => {
    const [one, what] = pattern.split(':');
    return (one === module.name || (one === '*' && !isOutOfReach(role, module))) && (what === '*' || what === action);
  });
}

// All modules: those that the site has named, those that a role speaks of, and what stands for any other.
export async function modulesWith(roles) {
  const known = (await api.get('/v1/modules')).items;
  const names = new Set(known.map((module) => module.name));
  const further = [...new Set(roles.flatMap((role) => role.permissions.map((pattern) => pattern.split(':')[0])))]
    .filter((name) => name !== '*' && !names.has(name)).sort().map((name) => ({ name, admins_only: false, built_in: false }));
  return [...known, ...further];
}

// The actions that people speak of: the usual ones, and those that a role names.
export const actionsOf = (roles) =>
  [...new Set([...ACTIONS, ...roles.flatMap((role) => role.permissions.map((pattern) => pattern.split(':')[1])).filter((action) => action !== '*')])];
