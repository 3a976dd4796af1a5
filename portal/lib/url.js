// SPDX-License-Identifier: Apache-2.0
// Addresses, with every value escaped.

// p`/orgs/${org}/users`
export const p = (parts, ...values) =>
  parts.reduce((all, part, i) => all + encodeURIComponent(values[i - 1]) + part);

// A query of what is given: empty values are left out, lists repeat.
export function query(values = {}) {
  const all = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) {
    for (const one of [value].flat()) if (one != null && one !== '' && one !== false) all.append(name, one);
  }
  return all.size ? `?${all}` : '';
}

// A link within the portal.
export const link = (path, values) => `#${path}${query(values)}`;
