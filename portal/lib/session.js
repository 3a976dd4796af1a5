// SPDX-License-Identifier: Apache-2.0
// Who is signed in, and what may be offered. The server decides; this only spares people what it would refuse.
import { api } from './api.js';
import { p } from './url.js';

let me = null;
let orgs = null; // of all that can be seen, once somebody asked

const channel = new BroadcastChannel('orgauth');
channel.onmessage = () => location.reload(); // another window signed out, or in as somebody else

export const user = () => me;

// Learns who is signed in; false where nobody is.
export async function load() {
  try {
    me = await api.get('/v1/me', {}, { anonymous: true });
  } catch (problem) {
    if (problem.status !== 401) throw problem;
    me = null;
  }
  return me !== null;
}

export async function signIn(email, password) {
  const session = await api.post('/v1/sessions', { email, password }, { anonymous: true });
  const same = me === null || me.id === session.user_id;
  if (!same) forget();
  await load();
  return me;
}

// Ends the session, and with the page all that was on it.
export async function signOut() {
  try {
    await api.remove('/v1/sessions', {}, { anonymous: true });
  } catch (problem) {
    if (problem.status !== 401) throw problem; // it is over already
  }
  forget();
}

function forget() {
  channel.postMessage('changed');
  history.replaceState(null, '', '#/login');
  location.reload();
}

const inForce = (membership) => membership.status === 'ACTIVE' && !membership.suspended;

export const memberships = () => me?.memberships.filter(inForce) ?? [];

// All organizations that the user can see, by name.
export async function visibleOrgs() {
  orgs ??= (await api.all('/v1/orgs')).sort((a, b) => a.name.localeCompare(b.name));
  return orgs;
}

export const forgetOrgs = () => (orgs = null);

const own = (org) => memberships().find((one) => one.org === org || one.org_id === org);

// What is known of an organization by slug or id: its own entry, else the one that membership has of it.
export async function findOrg(org) {
  const mine = own(org);
  if (mine) return { id: mine.org_id, slug: mine.org, name: mine.org_name };
  return (await visibleOrgs()).find((one) => one.slug === org || one.id === org) ?? api.get(p`/v1/orgs/${org}`);
}

// A function that says whether the user holds a permission there: by a membership of its own, or by one above that reaches down.
export async function rights(org) {
  if (me.site) return () => true;
  const { permissions } = own(org) ?? await api.get('/v1/me/permissions', { org });
  return (permission) => permissions.includes(permission);
}

// Where to go first: the own organization, else the own profile.
export const homeOrg = () => (memberships().find((one) => one.home) ?? memberships()[0])?.org ?? null;
