// SPDX-License-Identifier: Apache-2.0
// The screens, in the order of the navigation. A row:
//   path   what stands behind #; :name is a parameter of the page. Below /orgs/:org a page belongs to an organization
//   page   the module, loaded when it is first wanted; its default export makes the page (README.md)
//   needs  the permission without which it is not offered; `site`: SuperAdmins alone; `open`: nobody need be signed in
//   nav    the key of its text in the navigation, and icon; without, it is reached from another screen
//   under  the path of the row that the navigation marks for it, where its own path does not begin so
//   secret its last parameter is taken out of the address at once
export const routes = [
  { path: '/login', page: () => import('./pages/login.js'), open: true },
  { path: '/forgotten', page: () => import('./pages/forgotten.js'), open: true },
  { path: '/password-resets/:token', page: () => import('./pages/set_password.js'), open: true, secret: true },
  { path: '/password-resets', page: () => import('./pages/set_password.js'), open: true },
  { path: '/invitations/:token', page: () => import('./pages/accept.js'), open: true, secret: true },
  { path: '/invitations', page: () => import('./pages/accept.js'), open: true },

  { path: '/orgs/:org/overview', page: () => import('./pages/overview.js'), needs: 'apis:statistics', nav: 'nav.overview', icon: 'chart' },
  { path: '/orgs/:org/users', page: () => import('./pages/users.js'), needs: 'users:view', nav: 'nav.users', icon: 'users' },
  { path: '/orgs/:org/users/add', page: () => import('./pages/add.js'), needs: 'users:create' },
  { path: '/orgs/:org/users/:user', page: () => import('./pages/user.js'), needs: 'users:view' },
  { path: '/orgs/:org/invitations', page: () => import('./pages/invitations.js'), needs: 'users:view', nav: 'nav.invitations', icon: 'mail' },
  { path: '/orgs/:org/import', page: () => import('./pages/import.js'), needs: 'users:view', nav: 'nav.import', icon: 'import' },
  { path: '/orgs/:org/about', page: () => import('./pages/org.js'), needs: 'apis:view', nav: 'nav.about', icon: 'home' },
  { path: '/orgs/:org/apis/new', page: () => import('./pages/register.js'), needs: 'apis:create', under: '/orgs/:org/about' },
  { path: '/orgs/:org/apis/import', page: () => import('./pages/attach.js'), needs: 'users:edit', under: '/orgs/:org/about' },
  { path: '/orgs/:org/apis/:api', page: () => import('./pages/api.js'), needs: 'apis:view', under: '/orgs/:org/about' },
  { path: '/orgs/:org/keys', page: () => import('./pages/keys.js'), needs: 'users:view', nav: 'keys', icon: 'key' },
  { path: '/orgs/:org/roles', page: () => import('./pages/roles.js'), needs: 'roles:view', nav: 'nav.roles', icon: 'shield' },
  { path: '/orgs/:org/roles/new', page: () => import('./pages/role.js'), needs: 'roles:create' },
  { path: '/orgs/:org/roles/:role', page: () => import('./pages/role.js'), needs: 'roles:edit' },
  { path: '/orgs/:org/messages', page: () => import('./pages/messages.js'), needs: 'users:view', nav: 'nav.messages', icon: 'plug' },
  { path: '/orgs/:org/audit', page: () => import('./pages/audit.js'), needs: 'audit:view', nav: 'nav.audit', icon: 'list' },

  { path: '/me', page: () => import('./pages/me.js'), nav: 'nav.me', icon: 'person' },
  { path: '/me/messages', page: () => import('./pages/messages.js'), nav: 'nav.mine', icon: 'plug' },
  { path: '/site', page: () => import('./pages/site.js'), site: true, nav: 'nav.site', icon: 'gear' },
  { path: '/site/settings', page: () => import('./pages/settings.js'), site: true },
  { path: '/site/mails', page: () => import('./pages/mails.js'), site: true },
  { path: '/site/audit', page: () => import('./pages/audit.js'), site: true },
];
