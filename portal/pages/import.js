// SPDX-License-Identifier: Apache-2.0
// Import: drop a file, see line by line what would happen, confirm with the counts. And export, which the import reads back.
import { api, save } from '../lib/api.js';
import { fill, h } from '../lib/dom.js';
import { guard } from '../lib/router.js';
import { count, t } from '../lib/text.js';
import { link, p, query } from '../lib/url.js';
import { button, explain, heading, linkButton, notice, section } from '../parts/common.js';
import { confirm } from '../parts/dialog.js';
import { makeField, makeForm } from '../parts/form.js';
import { makeListing } from '../parts/listing.js';
import { roleOptions, rolesOf } from '../parts/person.js';

const SHEET = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
const LIMIT = 16 * 1024 * 1024;
const SHOWN = 100; // lines at a time
const TEMPLATE = 'email,first_name,last_name,role,action,kind,modules,apis\nann@example.com,Ann,Bell,Viewer,invite,person,,\n';
const TONES = { error: 'bad', unchanged: 'dim' };
const RESULTS = ['create', 'add', 'invite', 'unchanged', 'error'];

const typeOf = (file) => (/\.xlsx$/i.test(file.name) || file.type === SHEET ? SHEET : 'text/csv');

// What a spreadsheet would take for a formula gets an apostrophe, as in the server's exports.
const cell = (value) => {
  const text = /^[=+\-@\t\r]/.test(String(value ?? '')) ? `'${value}` : String(value ?? '');
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};
const csv = (rows) => new Blob([rows.map((row) => row.map(cell).join(',')).join('\r\n') + '\r\n'], { type: 'text/csv' });
const saveReport = (rows) => save(csv([['line', 'email', 'action', 'result', 'detail'], ...rows.map((row) => [row.line, row.email, row.action, row.result, row.detail])]), 'import-report.csv');

const faults = (row) => row.errors.length === 0 ? h('span.muted', row.detail)
  : row.errors.map((fault) => h('div', h('code', fault.column), ' ', h('span', { lang: 'en' }, fault.detail)));

// The lines of a report; the wrong ones first where there are any.
async function lines(at, { rows, counts, applied }) {
  const said = (name) => t(`import.${applied ? 'did' : 'will'}.${name}`);
  const tabs = [['', `${t('all')} ${count(rows.length)}`], ...RESULTS.filter((name) => counts[name]).map((name) => [name, `${said(name)} ${count(counts[name])}`])];
  const list = makeListing(at, {
    own: { result: counts.error ? 'error' : '' },
    caption: t('import.report'),
    tabs: { param: 'result', values: tabs },
    fetch({ result, after }) {
      const from = Number(after ?? 0), found = rows.filter((row) => !result || row.result === result);
      return { items: found.slice(from, from + SHOWN), next: from + SHOWN < found.length ? String(from + SHOWN) : null };
    },
    columns: [
      { label: t('email'), first: true, cell: (row) => h('span.strong', row.email) },
      { label: t('import.line'), kind: 'num', cell: (row) => count(row.line) },
      { label: t('import.result'), cell: (row) => h('span', { class: `badge ${TONES[row.result] ?? 'good'}` }, said(row.result)) },
      { label: t('reason'), cell: faults },
    ],
  });
  await list.load();
  return list.node;
}

function makeImport(at, roles) {
  const path = p`/v1/orgs/${at.params.org}/imports`;
  const place = h('div.deferred', { 'aria-live': 'polite' });
  const pick = h('input.sr', { type: 'file', accept: `.csv,.xlsx,text/csv,${SHEET}`, onchange: () => take(pick.files[0]) });
  const role = makeField({ name: 'role', label: t('import.role'), options: [{ value: '', label: t('import.role.none') }, ...roleOptions(roles)], help: t('import.role.help'), onchange: () => file && preview() });
  const action = makeField({ name: 'action', label: t('import.action'), options: ['create', 'add', 'invite'].map((value) => ({ value, label: t(`import.action.${value}`) })), help: t('import.action.help'), onchange: () => file && preview() });
  const over = (yes) => (event) => { event.preventDefault(); drop.classList.toggle('over', yes); };
  const drop = h('div.drop', { ondragover: over(true), ondragleave: over(false), ondrop: (event) => { over(false)(event); take(event.dataTransfer.files[0]); } },
    h('p.strong', t('import.drop')), h('p.muted', t('import.formats')),
    h('div.actions', h('label.button.primary', t('import.choose'), pick), button(t('import.template'), () => save(new Blob([TEMPLATE], { type: 'text/csv' }), 'users.csv'))));
  let file = null, done = false;
  guard(() => file !== null && !done && place.isConnected);

  const ask = (more) => api.post(path + query({ role: role.read(), action: action.read(), ...more }), file, { type: typeOf(file) });

  function take(chosen) {
    if (!chosen) return;
    file = chosen;
    done = false;
    pick.value = '';
    preview();
  }

  const busy = (text) => fill(place, h('p', { role: 'status' }, text), h('progress', { 'aria-label': text }));
  const start = () => { file = null; fill(place); pick.focus(); };

  async function attempt(text, work) {
    busy(text);
    try {
      await work();
    } catch (problem) {
      if (!('status' in problem)) throw problem;
      fill(place, notice(explain(problem)), problem.report && await lines(at, problem.report), h('div.actions', button(t('import.other'), start)));
    }
  }

  const preview = () => {
    if (file.size > LIMIT) return fill(place, notice(t('import.large')));
    return attempt(t('import.reading', { name: file.name }), async () => await show(await ask({ dry_run: true })));
  };

  async function show(report) {
    const { counts, rows } = report;
    const good = rows.length - counts.error - counts.unchanged;
    const go = () => perform(counts, good);
    fill(place,
      h('h2', t('import.preview', { name: file.name })),
      counts.error > 0 ? notice(t(good ? 'import.some' : 'import.wrong', { n: counts.error })) : notice(t('import.fine', { n: good }), 'good'),
      await lines(at, report),
      h('div.actions', good > 0 && button(t('import.do', { n: good }), go, 'primary'), button(t('import.again'), preview), button(t('import.report.save'), () => saveReport(rows)), button(t('cancel'), start, 'quiet')));
  }

  async function perform(counts, good) {
    const said = RESULTS.filter((name) => counts[name] > 0).map((name) => h('li', `${t(`import.will.${name}`)}: ${count(counts[name])}`));
    if (!(await confirm(t('import.confirm', { n: good, org: at.org.name }), [h('ul', said), counts.error > 0 && h('p', t('import.confirm.errors', { n: counts.error }))], t('import.do', { n: good }), { danger: false }))) return;
    await attempt(t('import.doing', { n: good }), async () => finish(await ask({ partial: counts.error > 0 })));
  }

  async function finish(report) {
    const unsent = report.rows.some((row) => row.mail === 'not_configured');
    done = true;
    fill(place,
      notice([h('p', t('import.done', { n: report.rows.length - report.counts.error - report.counts.unchanged })), unsent && h('p', t('mail.none'))], unsent ? 'info' : 'good'),
      await lines(at, report),
      h('div.actions', linkButton(t('import.users'), link(p`/orgs/${at.params.org}/users`), 'primary'), button(t('import.report.save'), () => saveReport(report.rows)), button(t('import.other'), start)));
  }

  return [h('div.columns', role.node, action.node), drop, place];
}

function makeExport(at, roles) {
  const statuses = ['VALIDATED', 'INACTIVE', 'DEACTIVATED', 'DENIED', 'BANNED'];
  const form = makeForm({
    fields: [
      { name: 'status', label: t('status'), options: [{ value: '', label: t('all') }, ...statuses.map((value) => ({ value, label: t(`status.${value}`) }))] },
      { name: 'role', label: t('role'), options: [{ value: '', label: t('export.roles') }, ...roles.map((role) => ({ value: role.name, label: role.name }))] },
      { name: 'emails', label: t('export.emails'), type: 'checkbox' },
    ],
    submit: t('export.do'),
    kind: '',
    onsubmit: ({ status, role, emails }) => api.download(p`/v1/orgs/${at.params.org}/users.csv`, { status, role, column: emails && 'email' }, `${at.org.slug}-users.csv`, 'text/csv'),
  });
  return form.node;
}

export default async function importPage(at) {
  const roles = at.may('roles:view') ? await rolesOf(at.params.org) : [];
  return {
    title: t('nav.import'),
    body: [
      heading(t('nav.import')),
      at.may('users:create') && section(t('import.title'), makeImport(at, roles), { lead: t('import.text') }),
      section(t('export.title'), makeExport(at, roles), { lead: t('export.text') }),
    ],
  };
}
