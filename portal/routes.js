// SPDX-License-Identifier: Apache-2.0
// The screens, in the order of the navigation. A row:
//   path   what stands behind #; :name is a parameter of the page. Below /orgs/:org a page belongs to an organization
//   page   the module, loaded when it is first wanted; its default export makes the page (README.md)
//   needs  the permission without which it is not offered; `site`: SuperAdmins alone; `open`: nobody need be signed in
//   nav    the key of its text in the navigation, and icon; without, it is reached from another screen
//   secret its last parameter is taken out of the address at once
export const routes = [
  { path: '/login', page: () => import('./pages/login.js'), open: true },
  { path: '/forgotten', page: () => import('./pages/forgotten.js'), open: true },
  { path: '/password-resets/:token', page: () => import('./pages/set_password.js'), open: true, secret: true },
  { path: '/password-resets', page: () => import('./pages/set_password.js'), open: true },
  { path: '/invitations/:token', page: () => import('./pages/accept.js'), open: true, secret: true },
  { path: '/invitations', page: () => import('./pages/accept.js'), open: true },

  { path: '/orgs/:org/users', page: () => import('./pages/users.js'), needs: 'users:view', nav: 'nav.users', icon: 'users' },
  { path: '/orgs/:org/users/add', page: () => import('./pages/add.js'), needs: 'users:create' },
  { path: '/orgs/:org/users/:user', page: () => import('./pages/user.js'), needs: 'users:view' },
  { path: '/orgs/:org/invitations', page: () => import('./pages/invitations.js'), needs: 'users:view', nav: 'nav.invitations', icon: 'mail' },
  { path: '/orgs/:org/import', page: () => import('./pages/import.js'), needs: 'users:view', nav: 'nav.import', icon: 'import' },
];
