// SPDX-License-Identifier: Apache-2.0
// The words of the language in use, with plurals, numbers and times by Intl.
import { h } from './dom.js';

export const languages = { en: 'English', de: 'Deutsch' };
const RIGHT_TO_LEFT = ['ar', 'fa', 'he', 'ur'];

let words = {}, plural, number, date, time, relative;
export let language = 'en';

function preferred() {
  const known = [localStorage.getItem('orgauth.language'), ...navigator.languages].map((tag) => tag?.slice(0, 2));
  return known.find((tag) => tag in languages) ?? 'en';
}

// Loads a language; without an argument the reader's own.
export async function speak(tag = preferred()) {
  words = (await import(`../texts/${tag}.js`)).default;
  language = tag;
  document.documentElement.lang = tag;
  document.documentElement.dir = RIGHT_TO_LEFT.includes(tag) ? 'rtl' : 'ltr';
  const region = navigator.languages.find((one) => one.startsWith(tag)) ?? tag;
  plural = new Intl.PluralRules(region);
  number = new Intl.NumberFormat(region);
  date = new Intl.DateTimeFormat(region, { dateStyle: 'medium' });
  time = new Intl.DateTimeFormat(region, { dateStyle: 'medium', timeStyle: 'short' });
  relative = new Intl.RelativeTimeFormat(region, { numeric: 'auto' });
}

// Keys have a group before their first dot; the group's own name is the key ''.
function find(key) {
  const [, group, rest] = /^([^.]*)\.?(.*)$/.exec(key);
  const found = words[group];
  return typeof found === 'object' ? found[rest] : found;
}

function phrase(key, values) {
  const found = find(key) ?? key;
  return typeof found === 'object' ? (found[plural.select(values.n)] ?? found.other) : found;
}

const shown = (value) => (typeof value === 'number' ? number.format(value) : value);

// The text of a key; {name} stands for a value, and {n} chooses the plural.
export const t = (key, values = {}) => phrase(key, values).replace(/\{(\w+)\}/g, (_, name) => shown(values[name] ?? ''));

// The same, where a value may be a node: a list of children.
export const mix = (key, values) =>
  phrase(key, values).split(/\{(\w+)\}/).map((part, i) => (i % 2 ? shown(values[part]) : part));

// The text of a key, or what is given, where the server knows more words than we do.
export const word = (key, otherwise, values) => (find(key) === undefined ? otherwise : t(key, values));

// The keys of a group of texts.
export const keysOf = (group) => Object.keys(words[group]);

export const count = (value) => number.format(value);
export const day = (at) => date.format(new Date(at));
export const moment = (at) => time.format(new Date(at));

const STEPS = [[60, 'second'], [60, 'minute'], [24, 'hour'], [7, 'day']];

// "3 hours ago", "in 6 days"; beyond a week the date.
function near(at) {
  let left = (at - Date.now()) / 1000;
  for (const [size, unit] of STEPS) {
    if (Math.abs(left) < size) return relative.format(Math.round(left), unit);
    left /= size;
  }
  return date.format(at);
}

// A time as people say it, with the whole of it on hovering; a dash where there is none.
export const when = (at, otherwise = '–') =>
  at ? h('time', { datetime: at, title: moment(at) }, near(new Date(at))) : h('span.muted', otherwise);
