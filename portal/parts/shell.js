// SPDX-License-Identifier: Apache-2.0
// What stands around the screens: navigation, the choice of the organization, the user's own menu.
import { fill, h } from '../lib/dom.js';
import { findOrg, homeOrg, memberships, rights, signOut, user, visibleOrgs } from '../lib/session.js';
import { language, languages, t } from '../lib/text.js';
import { link, p } from '../lib/url.js';
import { routes } from '../routes.js';
import { button, icon, iconButton, nameOf } from './common.js';
import { openDialog } from './dialog.js';

const THEMES = ['auto', 'light', 'dark'];

export function setTheme(theme = localStorage.getItem('orgauth.theme') ?? 'auto') {
  localStorage.setItem('orgauth.theme', theme);
  document.documentElement.dataset.theme = theme;
}

const choice = (label, options, value, onchange) =>
  h('label.choice', h('span', label), h('select', { value, onchange: (event) => onchange(event.target.value) },
    options.map(([id, name]) => h('option', { value: id }, name))));

export const preferences = () => h('div.preferences',
  choice(t('theme'), THEMES.map((theme) => [theme, t(`theme.${theme}`)]), document.documentElement.dataset.theme, setTheme),
  choice(t('language'), Object.entries(languages), language, (tag) => {
    localStorage.setItem('orgauth.language', tag);
    location.reload(); // asks first where work is unsaved
  }));

// The choice among organizations, with a filter where there are many.
function chooseOrg(orgs, slug, path) {
  openDialog(t('orgs.choose'), (close) => {
    const list = h('ul.choices');
    const show = (filter) => fill(list, orgs.filter((org) => `${org.name} ${org.slug}`.toLowerCase().includes(filter.toLowerCase())).slice(0, 100).map((org) =>
      h('li', h('a', { href: link(path(org.slug)), 'aria-current': org.slug === slug ? 'true' : null, onclick: () => close() }, h('span', org.name), h('span.muted', org.slug)))));
    show('');
    return [
      orgs.length > 7 && h('input', { type: 'search', 'aria-label': t('orgs.filter'), placeholder: t('orgs.filter'), 'data-focus': true, oninput: (event) => show(event.target.value) }),
      list,
    ];
  });
}

function switcher(org, path) {
  const several = user().site || memberships().length > 1 || memberships().some((one) => one.reach === 'below');
  const face = [h('span.mark', { 'aria-hidden': 'true' }, [...org.name][0]), h('span.name', org.name)];
  if (!several) return h('p.switcher', face);
  const open = async () => chooseOrg(await visibleOrgs(), org.slug, path);
  return h('button.switcher', { type: 'button', onclick: open, 'aria-haspopup': 'dialog', 'aria-label': t('orgs.switch', { name: org.name }) }, face, icon('down'));
}

const pathOf = (route, org) => route.path.replace(':org', () => encodeURIComponent(org?.slug ?? ''));

// The rows of the navigation that may be offered.
export function offered(org, may) {
  return routes.filter((route) => route.nav &&
    (route.path.includes(':org') ? org && (!route.needs || may(route.needs)) : !route.site || user().site));
}

const entry = (route, org, active) =>
  h('li', h('a', { href: link(pathOf(route, org)), 'aria-current': active === route ? 'page' : null }, icon(route.icon), t(route.nav)));

function menuOf(rows, org, active) {
  const groups = [[t('nav.org'), rows.filter((row) => row.path.includes(':org'))], [t('nav.own'), rows.filter((row) => !row.path.includes(':org'))]];
  return groups.filter(([, group]) => group.length).map(([label, group]) => h('ul', { 'aria-label': label }, group.map((row) => entry(row, org, active))));
}

async function leave() {
  await signOut();
}

export function makeShell() {
  const main = h('main', { id: 'main' });
  const side = h('nav.side', { 'aria-label': t('nav.label'), id: 'side' });
  const toggle = iconButton('menu', t('nav.open'), () => open(!document.body.classList.contains('unfolded')), { 'aria-expanded': 'false', 'aria-controls': 'side' });
  const bar = h('header.topbar', toggle, h('span.strong'));
  const open = (yes) => {
    document.body.classList.toggle('unfolded', yes);
    toggle.setAttribute('aria-expanded', yes);
  };
  const skip = h('a.skip', { href: '#main', onclick: (event) => { event.preventDefault(); (main.querySelector('h1') ?? main).focus(); } }, t('skip'));
  addEventListener('keydown', (event) => event.key === 'Escape' && document.body.classList.contains('unfolded') && (open(false), toggle.focus()));

  return {
    node: [skip, bar, side, main],
    main,
    // Draws what stands around a page of `org` (null: none).
    async update(route, org, may) {
      const rows = offered(org, may);
      const path = route.under ?? route.path;
      const active = rows.findLast((row) => path === row.path || path.startsWith(`${row.path}/`)) ?? null;
      bar.lastChild.textContent = org?.name ?? '';
      open(false);
      fill(side,
        org && switcher(org, (slug) => (route.path.includes(':org') && active ? pathOf(active, { slug }) : p`/orgs/${slug}`)),
        h('div.menus', menuOf(rows, org, active)),
        h('div.me', h('p', h('span.name', nameOf(user())), h('span.muted', user().email)), preferences(), button(t('signout'), leave, 'quiet')));
    },
  };
}

// The organization that the navigation shows on pages that belong to none.
export async function usualOrg() {
  const slug = homeOrg() ?? (user().site ? (await visibleOrgs())[0]?.slug : null);
  return slug ? findOrg(slug) : null;
}

export const usualRights = async (org) => (org ? rights(org.slug) : () => false);
