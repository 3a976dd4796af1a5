// SPDX-License-Identifier: Apache-2.0
// Import: drop a file, see line by line what would happen, confirm with the counts, and keep the report.
import { api, save } from '../lib/api.js';
import { fill, h } from '../lib/dom.js';
import { guard } from '../lib/router.js';
import { count, t } from '../lib/text.js';
import { query } from '../lib/url.js';
import { button, explain, inWords, linkButton, notice } from './common.js';
import { saveTable } from './csv.js';
import { confirm } from './dialog.js';
import { makeField } from './form.js';
import { makeListing } from './listing.js';

const SHEET = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
const LIMIT = 16 * 1024 * 1024;
const SHOWN = 100; // lines at a time
const TONES = { error: 'bad', unchanged: 'dim' };
const RESULTS = ['create', 'add', 'invite', 'attach', 'unchanged', 'error'];

const typeOf = (file) => (/\.xlsx$/i.test(file.name) || file.type === SHEET ? SHEET : 'text/csv');

const saveReport = (rows) => saveTable(['line', 'email', 'api', 'action', 'result', 'detail'], rows, 'import-report.csv');

const faults = (row) => row.errors.length === 0 ? h('span.muted', row.detail)
  : row.errors.map((fault) => h('div', h('code', fault.column), ' ', inWords(fault)));

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
      { label: t('email'), first: true, cell: (row) => [h('span.strong', row.email), row.api && h('span.second', row.api)] },
      { label: t('import.line'), kind: 'num', cell: (row) => count(row.line) },
      { label: t('import.result'), cell: (row) => h('span', { class: `badge ${TONES[row.result] ?? 'good'}` }, said(row.result)) },
      { label: t('reason'), cell: faults },
    ],
  });
  await list.load();
  return list.node;
}

// o: {path, words, fields, template, name, onward}: the API's path; the group of texts that names what is imported; fields whose values go into
// the query; what the template holds, and its name; a link to what was imported.
export function makeImporter(at, o) {
  const place = h('div.deferred', { 'aria-live': 'polite' });
  const pick = h('input.sr', { type: 'file', accept: `.csv,.xlsx,text/csv,${SHEET}`, onchange: () => take(pick.files[0]) });
  const fields = o.fields.map((field) => makeField({ ...field, onchange: () => file && preview() }));
  const over = (yes) => (event) => { event.preventDefault(); drop.classList.toggle('over', yes); };
  const drop = h('div.drop', { ondragover: over(true), ondragleave: over(false), ondrop: (event) => { over(false)(event); take(event.dataTransfer.files[0]); } },
    h('p.strong', t('import.drop')), h('p.muted', t('import.formats')),
    h('div.actions', h('label.button.primary', t('import.choose'), pick), button(t('import.template'), () => save(new Blob([o.template], { type: 'text/csv' }), o.name))));
  let file = null, done = false;
  guard(() => file !== null && !done && place.isConnected);

  const ask = (more) => api.post(o.path + query({ ...Object.fromEntries(fields.map((field) => [field.name, field.read()])), ...more }), file, { type: typeOf(file) });

  function take(chosen) {
    if (!chosen) return;
    file = chosen;
    done = false;
    pick.value = '';
    preview();
  }

  const start = () => { file = null; turn++; fill(place); pick.focus(); };

  // Shows what `work` gives, unless something else was begun meanwhile.
  let turn = 0;
  async function attempt(text, work) {
    const mine = ++turn;
    fill(place, h('p', { role: 'status' }, text), h('progress', { 'aria-label': text }));
    const shown = await work().catch(refused);
    if (mine === turn) fill(place, shown);
  }

  async function refused(problem) {
    if (!('status' in problem)) throw problem;
    return [notice(explain(problem)), problem.report && await lines(at, problem.report), h('div.actions', button(t('import.other'), start))];
  }

  const preview = () => {
    if (file.size > LIMIT) return fill(place, notice(t('import.large')));
    return attempt(t('import.reading', { name: file.name }), async () => show(await ask({ dry_run: true })));
  };

  async function show(report) {
    const { counts, rows } = report;
    const good = rows.length - counts.error - counts.unchanged;
    return [
      h('h2', t('import.preview', { name: file.name })),
      counts.error > 0 ? notice(t(good ? 'import.some' : 'import.wrong', { n: counts.error })) : notice(t(`${o.words}.fine`, { n: good }), 'good'),
      await lines(at, report),
      h('div.actions', good > 0 && button(t(`${o.words}.do`, { n: good }), () => perform(counts, good), 'primary'), button(t('import.again'), preview),
        button(t('import.report.save'), () => saveReport(rows)), button(t('cancel'), start, 'quiet')),
    ];
  }

  async function perform(counts, good) {
    const said = RESULTS.filter((name) => counts[name] > 0).map((name) => h('li', `${t(`import.will.${name}`)}: ${count(counts[name])}`));
    const left = counts.error > 0 && h('p', t('import.confirm.errors', { n: counts.error }));
    if (!(await confirm(t(`${o.words}.confirm`, { n: good, org: at.org.name }), [h('ul', said), left], t(`${o.words}.do`, { n: good }), { danger: false }))) return;
    await attempt(t(`${o.words}.doing`, { n: good }), async () => finish(await ask({ partial: counts.error > 0 })));
  }

  async function finish(report) {
    const unsent = report.rows.some((row) => row.mail === 'not_configured');
    done = true;
    return [
      notice([h('p', t(`${o.words}.done`, { n: report.rows.length - report.counts.error - report.counts.unchanged })), unsent && h('p', t('mail.none'))], unsent ? 'info' : 'good'),
      await lines(at, report),
      h('div.actions', linkButton(t(`${o.words}.show`), o.onward, 'primary'), button(t('import.report.save'), () => saveReport(report.rows)), button(t('import.other'), start)),
    ];
  }

  return [fields.length > 0 && h('div.columns', fields.map((field) => field.node)), drop, place];
}
