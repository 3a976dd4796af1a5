// SPDX-License-Identifier: Apache-2.0
// Between the screens of the site.
import { h } from '../lib/dom.js';
import { t } from '../lib/text.js';

const TABS = [['orgs', '#/site'], ['settings', '#/site/settings'], ['mails', '#/site/mails'], ['audit', '#/site/audit']];

export const siteTabs = (active) => h('nav.tabs', { 'aria-label': t('nav.site') }, TABS.map(([name, href]) => h('a', { href, 'aria-current': name === active ? 'page' : null }, t(`site.tab.${name}`))));
