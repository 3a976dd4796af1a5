// SPDX-License-Identifier: Apache-2.0
// Builds elements. What is given as text stays text: nothing here reads markup.

// Said again, for where the style sheet lays a table out in another way.
const ROLES = { table: 'table', thead: 'rowgroup', tbody: 'rowgroup', tr: 'row', th: 'columnheader', td: 'cell' };
const SVG = 'http://www.w3.org/2000/svg';
const PROPERTIES = new Set(['value', 'checked', 'disabled', 'indeterminate', 'hidden', 'selected', 'open', 'files']);

function set(node, name, value) {
  if (value == null || (value === false && !name.startsWith('aria-'))) return;
  if (typeof value === 'function') node.addEventListener(name.slice(2), value);
  else if (PROPERTIES.has(name)) node[name] = value;
  else node.setAttribute(name, value === true && !name.startsWith('aria-') ? '' : value);
}

const isAttributes = (value) => value?.constructor === Object;

function build(node, classes, rest) {
  if (classes.length) node.setAttribute('class', classes.join(' '));
  const attributes = isAttributes(rest[0]) ? rest.shift() : {};
  put(node, rest);
  for (const name in attributes) set(node, name, attributes[name]); // after the children: a select's value is one of them
  return node;
}

// Appends children: nodes, texts, lists of them; null and false are nothing.
export function put(node, ...children) {
  node.append(...children.flat(Infinity).filter((child) => child != null && child !== false && child !== ''));
  return node;
}

// h('button.primary', {type: 'button', onclick: save}, 'Save')
export function h(name, ...rest) {
  const [tag, ...classes] = name.split('.');
  const node = document.createElement(tag);
  if (tag in ROLES) node.setAttribute('role', ROLES[tag]);
  return build(node, classes, rest);
}

// The same for SVG.
export function s(name, ...rest) {
  const [tag, ...classes] = name.split('.');
  return build(document.createElementNS(SVG, tag), classes, rest);
}

// Replaces what is in a node.
export function fill(node, ...children) {
  node.replaceChildren();
  return put(node, children);
}

let made = 0;
// An id for aria-labelledby and the like.
export const newId = () => `x${++made}`;
