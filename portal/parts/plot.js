// SPDX-License-Identifier: Apache-2.0
// Plots, drawn as SVG by the page. Each says the same as a table that only screen readers meet.
import { h, s } from '../lib/dom.js';
import { count, t } from '../lib/text.js';
import { plainTable } from './listing.js';

const WIDTH = 640, HEIGHT = 160, LEFT = 40, BOTTOM = 20;

function ceiling(value) {
  const size = 10 ** Math.floor(Math.log10(Math.max(value, 1)));
  return [1, 2, 5, 10].map((step) => step * size).find((step) => step >= value) ?? 1;
}

function grid(top) {
  return [0, top / 2, top].filter(Number.isInteger).map((value) => {
    const y = HEIGHT - BOTTOM - (value / top) * (HEIGHT - BOTTOM - 10);
    return [s('line.grid', { x1: LEFT, x2: WIDTH, y1: y, y2: y }), s('text', { x: LEFT - 8, y: y + 4, 'text-anchor': 'end' }, count(value))];
  });
}

function line(values, top, kind, area) {
  const step = (WIDTH - LEFT) / Math.max(values.length - 1, 1);
  const at = values.map((value, i) => `${(LEFT + i * step).toFixed(1)},${(HEIGHT - BOTTOM - (value / top) * (HEIGHT - BOTTOM - 10)).toFixed(1)}`);
  return [
    area && s(`polygon.area.${kind}`, { points: `${LEFT},${HEIGHT - BOTTOM} ${at.join(' ')} ${WIDTH},${HEIGHT - BOTTOM}` }),
    s(`polyline.line.${kind}`, { points: at.join(' ') }),
  ];
}

// Lines over time. labels: one per point; series: [{name, values, kind}], kind good, bad, info or dim.
export function linePlot(caption, labels, series) {
  const top = ceiling(Math.max(...series.flatMap((one) => one.values)));
  const ends = [[LEFT, 'start', labels[0]], [WIDTH, 'end', labels.at(-1)]];
  return h('figure.plot',
    h('figcaption', h('span', caption), series.map((one) => h('span', { class: `badge ${one.kind}` }, one.name))),
    s('svg', { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, 'aria-hidden': 'true' },
      grid(top), series.map((one, i) => line(one.values, top, one.kind, i === 0)),
      ends.map(([x, anchor, label]) => s('text', { x, y: HEIGHT - 4, 'text-anchor': anchor }, label))),
    h('div.sr', plainTable(caption, [t('overview.time'), ...series.map((one) => one.name)], labels.map((label, i) => [label, ...series.map((one) => count(one.values[i]))]))));
}

// Bars with names, each of which leads to its list. rows: [{label, value, href, kind}]
export function barPlot(caption, rows) {
  const top = Math.max(1, ...rows.map((row) => row.value));
  const bar = ({ label, value, href, kind = 'info' }) =>
    h('li', h('a', { href }, h('span', label), h('span.num', count(value)), s('svg', { viewBox: '0 0 100 4', preserveAspectRatio: 'none', 'aria-hidden': 'true' },
      s('rect.track', { width: 100, height: 4 }), s(`rect.bar.${kind}`, { width: (100 * value) / top, height: 4 }))));
  return h('figure.plot', h('figcaption', caption), h('ul.bars', rows.map(bar)));
}
