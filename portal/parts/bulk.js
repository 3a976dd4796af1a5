// SPDX-License-Identifier: Apache-2.0
// Does one thing to many, with progress, and reports what failed.
import { fill, h } from '../lib/dom.js';
import { t } from '../lib/text.js';
import { button, explain, notice } from './common.js';
import { openDialog } from './dialog.js';
import { plainTable } from './listing.js';

const AT_ONCE = 4;

async function each(items, work, done, stopped) {
  const left = [...items];
  const worker = async () => {
    for (let item = left.shift(); item && !stopped(); item = left.shift()) {
      try {
        await work(item);
        done(item, null);
      } catch (problem) {
        if (!('status' in problem)) throw problem;
        done(item, problem);
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

// One thing needs no progress, but its refusal a place.
async function runOne(title, item, work) {
  try {
    await work(item);
    return [item];
  } catch (problem) {
    if (!('status' in problem)) throw problem;
    await openDialog(title, (close) => [notice(explain(problem)), h('div.foot', button(t('close'), () => close()))]);
    return [];
  }
}

// Runs `work(item)` for all; the dialog goes by itself when all went well. Gives the items that are done.
export function runAll(title, items, name, work) {
  if (items.length === 1) return runOne(title, items[0], work);
  const done = [], failed = [];
  let stop = false, over = false;
  return openDialog(title, (close) => {
    const bar = h('progress', { max: items.length, value: 0, 'aria-label': title });
    const said = h('p', { role: 'status' });
    const place = h('div');
    const foot = h('div.foot', button(t('stop'), () => (stop = true)));
    const note = (item, problem) => {
      (problem ? failed : done).push(problem ? { item, problem } : item);
      bar.value = done.length + failed.length;
      said.textContent = t('bulk.progress', { n: bar.value, all: items.length });
    };
    const report = () => {
      over = true;
      if (!failed.length && !stop) return close(done);
      said.textContent = `${t('bulk.done', { n: done.length })} ${failed.length ? t('bulk.failed', { n: failed.length }) : ''}`;
      if (failed.length) fill(place, plainTable(title, [t('user'), t('reason')], failed.map(({ item, problem }) => [name(item), explain(problem)])));
      fill(foot, button(t('close'), () => close(done), 'primary', { 'data-focus': true }));
      foot.firstChild.focus();
    };
    each(items, work, note, () => stop).then(report);
    return [bar, said, place, foot];
  }, { dismiss: () => over || ((stop = true), false) }).then(() => done);
}
