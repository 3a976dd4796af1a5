// SPDX-License-Identifier: Apache-2.0
// Plots, drawn as SVG by the page. Each says the same as a table that only screen readers meet.
import { h, s } from '../lib/dom.js';
import { count, t } from '../lib/text.js';
import { plainTable } from './listing.js';

const WIDTH = 100, HEIGHT = 100; // of the drawing, which is stretched; what is written stands beside it, as large as any other text

function ceiling(value) {
  const size = 10 ** Math.floor(Math.log10(Math.max(value, 1)));
  return [1, 2, 2.5, 5, 10].map((step) => step * size).find((step) => step >= value) ?? 1;
}

const grid = (values, top) => values.map((value) => s('line.grid', { x1: 0, x2: WIDTH, y1: HEIGHT * (1 - value / top), y2: HEIGHT * (1 - value / top) }));

// The first of several lies on an area, the others are dashed: they are told apart without colours too.
function line(values, top, kind, first) {
  const step = WIDTH / Math.max(values.length - 1, 1);
  const at = values.map((value, i) => `${(i * step).toFixed(2)},${(HEIGHT * (1 - value / top)).toFixed(2)}`).join(' ');
  return [first && s(`polygon.area.${kind}`, { points: `0,${HEIGHT} ${at} ${WIDTH},${HEIGHT}` }), s(first ? `polyline.line.${kind}` : `polyline.line.other.${kind}`, { points: at })];
}

// Lines over time. labels: one per point; series: [{name, values, kind}], kind good, bad, info or dim.
export function linePlot(caption, labels, series) {
  const top = ceiling(Math.max(...series.flatMap((one) => one.values)));
  const marks = [top, top / 2, 0].filter(Number.isInteger);
  return h('figure.plot',
    h('figcaption', h('span', caption), series.map((one, i) => h('span', { class: `badge ${one.kind} ${i ? 'other' : ''}` }, one.name))),
    h('div.chart', { 'aria-hidden': 'true' },
      h('div.scale', marks.map((value) => h('span', count(value)))),
      s('svg', { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: 'none' }, grid(marks, top), series.map((one, i) => line(one.values, top, one.kind, i === 0))),
      h('div.ends', h('span', labels[0]), h('span', labels.at(-1)))),
    h('div.sr', plainTable(caption, [t('overview.time'), ...series.map((one) => one.name)], labels.map((label, i) => [label, ...series.map((one) => count(one.values[i]))]))));
}

// Bars with names, each of which leads to its list. rows: [{label, value, href, kind}]
export function barPlot(caption, rows) {
  const top = Math.max(1, ...rows.map((row) => row.value));
  const bar = ({ label, value, href, kind = 'plain' }) =>
    h('li', h('a', { href }, h('span', label), h('span.num', count(value)), s('svg', { viewBox: '0 0 100 4', preserveAspectRatio: 'none', 'aria-hidden': 'true' },
      s('rect.track', { width: 100, height: 4 }), s(`rect.bar.${kind}`, { width: (100 * value) / top, height: 4 }))));
  return h('figure.plot', h('figcaption', caption), h('ul.bars', rows.map(bar)));
}
