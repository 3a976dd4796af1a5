// SPDX-License-Identifier: Apache-2.0
// How an organization fares: requests and refusals, failed logins, users by status, keys about to end, most used Web APIs. Each leads to its list.
import { api } from '../lib/api.js';
import { h } from '../lib/dom.js';
import { day, moment, t, when } from '../lib/text.js';
import { link, p } from '../lib/url.js';
import { empty, heading, linkButton, section } from '../parts/common.js';
import { barPlot, linePlot } from '../parts/plot.js';

const STEPS = { hour: moment, day };
const TONES = { VALIDATED: 'good', INVITED: 'info', DENIED: 'bad', BANNED: 'bad' };

function overTime(at, labelOf, { series, counts }) {
  const labels = series.map((one) => labelOf(one.at));
  const line = (name, kind) => ({ name: t(`overview.${name}`), values: series.map((one) => one[name]), kind });
  const leads = (label, path, query) => at.may('users:view') && linkButton(label, link(path, query));
  return [
    section(t('overview.requests'), linePlot(t('overview.requests.sum', counts), labels, [line('allowed', 'good'), line('refused', 'bad')]),
      { actions: leads(t('overview.calls'), p`/orgs/${at.params.org}/messages`) }),
    section(t('overview.failures'), linePlot(t('overview.failures.sum', { n: counts.failed }), labels, [line('failed', 'bad')]),
      { actions: leads(t('overview.denied'), p`/orgs/${at.params.org}/users`, { status: 'DENIED' }) }),
  ];
}

const webApis = (at, { apis }) => section(t('overview.apis'), apis.length
  ? barPlot(t('overview.apis.sum'), apis.map((one) => ({ label: one.name, value: one.allowed, href: link(p`/orgs/${at.params.org}/apis/${one.id}`) })))
  : empty(t('overview.apis.none'), t('overview.apis.hint'), linkButton(t('nav.about'), link(p`/orgs/${at.params.org}/about`))));

function people(at, { users }) {
  const org = at.params.org;
  const bars = users.map(({ status, users: value }) => ({ label: t(`status.${status}`), value, href: link(p`/orgs/${org}/users`, { status }), kind: TONES[status] ?? 'dim' }));
  return section(t('overview.users'), barPlot(t('overview.users.sum', { n: bars.reduce((sum, one) => sum + one.value, 0) }), bars));
}

function ending(at, { keys, expiring_keys: items }) {
  const org = at.params.org;
  const month = keys.find((one) => one.expires_within === '30d').keys;
  const key = (one) => h('li', h('a', { href: link(p`/orgs/${org}/users/${one.user_id}`) }, h('span', one.name || one.id, h('span.second', one.user)), when(one.expires_at)));
  return section(t('overview.keys'), items.length ? h('ul.bars', items.map(key)) : h('p.muted', t('overview.keys.none')),
    { actions: month > 0 && linkButton(t('overview.keys.all', { n: month }), link(p`/orgs/${org}/keys`, { status: 'soon' })) });
}

export default async function overview(at) {
  const step = at.query.step in STEPS ? at.query.step : 'hour';
  const figures = await api.get(p`/v1/orgs/${at.params.org}/statistics`, { step });
  const tab = (name) => h('a', { href: link(p`/orgs/${at.params.org}/overview`, { step: name === 'hour' ? '' : name }), 'aria-current': name === step ? 'page' : null }, t(`overview.${name}`));
  return {
    title: t('nav.overview'),
    body: [
      heading(t('nav.overview'), h('nav.tabs', { 'aria-label': t('overview.period') }, Object.keys(STEPS).map(tab))),
      h('div.columns', overTime(at, STEPS[step], figures)),
      h('div.columns', h('div.stack', webApis(at, figures), figures.users && ending(at, figures)), figures.users && people(at, figures)),
    ],
  };
}
