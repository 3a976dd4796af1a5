// SPDX-License-Identifier: Apache-2.0
// The REST API. Every failure is a Problem; a session that ended in the middle of work is begun again, and the request repeated.
import { query } from './url.js';

const base = document.querySelector('link[rel=service]').href.replace(/\/$/, '');

// RFC 9457; status 0 where no answer came.
export class Problem extends Error {
  constructor(status, body = {}, wait = null) {
    super(body.detail ?? '');
    this.status = status;
    this.code = body.code ?? '';
    this.reason = body.reason; // the stable name of what is wrong, where it has one
    this.errors = body.errors ?? [];
    this.report = body.report;
    this.wait = wait; // seconds, where the server names them
  }
}

export const hooks = {
  signIn: null, // () => whether the user has logged in again
};

const tags = new WeakMap();

// The ETag that an object came with, for api.patch.
export const tagOf = (object) => tags.get(object);

async function send(method, path, { body, type, tag, signal, accept, keepalive }) {
  const headers = { Accept: accept ?? 'application/json' };
  if (tag) headers['If-Match'] = tag;
  if (body !== undefined) headers['Content-Type'] = type ?? 'application/json';
  else if (method === 'POST') headers['Content-Type'] = 'application/json';
  try {
    return await fetch(base + path, {
      method, headers, signal, keepalive, redirect: 'error', cache: 'no-store',
      body: type || body === undefined ? body : JSON.stringify(body),
    });
  } catch (error) {
    if (error.name === 'AbortError') throw error;
    throw new Problem(0);
  }
}

async function problemOf(answer) {
  let body;
  try {
    body = await answer.json();
  } catch { /* not from the API: a proxy's page */ }
  return new Problem(answer.status, body ?? {}, answer.headers.get('Retry-After'));
}

async function call(method, path, options = {}) {
  const answer = await send(method, path, options);
  if (answer.status === 401 && !options.anonymous && hooks.signIn && (await hooks.signIn())) return call(method, path, options);
  if (!answer.ok) throw await problemOf(answer);
  if (options.raw) return answer;
  if (answer.status === 204) return null;
  const object = await answer.json();
  const tag = answer.headers.get('ETag');
  if (tag) tags.set(object, tag);
  return object;
}

export const api = {
  get: (path, values, options) => call('GET', path + query(values), options),
  post: (path, body, options) => call('POST', path, { body, ...options }),
  patch: (path, body, tag = '*', options) => call('PATCH', path, { body, tag, ...options }),
  // `keepalive`: also where the page goes at this moment.
  remove: (path, values, options) => call('DELETE', path + query(values), options),

  // Everything of a list, up to `most` items: for choices, not for people.
  async all(path, values = {}, most = 2000) {
    const items = [];
    let after;
    do {
      const page = await call('GET', path + query({ ...values, limit: 1000, after }));
      items.push(...page.items);
      after = page.next;
    } while (after && items.length < most);
    return items;
  },

  // Saves what the path gives as a file.
  async download(path, values, name, accept) {
    const answer = await call('GET', path + query(values), { raw: true, accept });
    save(await answer.blob(), name);
  },
};

// Hands the browser a file to save.
export function save(blob, name) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
}
