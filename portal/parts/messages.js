// SPDX-License-Identifier: Apache-2.0
// API messages: the calls that keys made, as the columns of a listing.
import { h } from '../lib/dom.js';
import { count, moment, t } from '../lib/text.js';

const tone = (status) => ({ 2: 'good', 3: 'info', 4: 'bad', 5: 'bad' })[Math.floor(status / 100)] ?? 'dim';

// `user`: also who made them.
export const messageColumns = ({ user } = {}) => [
  { label: t('messages.call'), first: true, cell: (one) => [h('code', one.method), ' ', h('code', one.path)] },
  { label: t('messages.status'), cell: (one) => h('span', { class: `badge ${tone(one.status)}` }, String(one.status)) },
  { label: t('messages.duration'), kind: 'num wide', cell: (one) => t('messages.ms', { n: count(Math.round(one.duration_us / 100) / 10) }) },
  user && { label: t('user'), cell: (one) => one.user },
  { label: t('key'), kind: 'wide', cell: (one) => one.key_name || one.key_id },
  { label: t('audit.address'), kind: 'wide', cell: (one) => h('span.muted', one.address) },
  { label: t('event.at'), kind: 'nowrap', cell: (one) => h('time', { datetime: one.at }, moment(one.at)) },
].filter(Boolean);
