// SPDX-License-Identifier: Apache-2.0
// How far a membership reaches: all organizations below, or this one and chosen ones; all modules, or chosen ones.
import { h } from '../lib/dom.js';
import { t } from '../lib/text.js';
import { checks } from './form.js';
import { modulesOf, orgsBelow } from './person.js';

const choices = (things, value, label) => things.map((thing) => ({ value: thing[value], label: thing[label] }));

// Below, or here and in those that are ticked then.
const reachControl = (orgs, { reach = 'below', sub_orgs = [] }) => (id, described) => {
  const below = checks(choices(orgs, 'id', 'name'), sub_orgs)(id, described);
  const draw = () => (below.node.hidden = select.value === 'below');
  const select = h('select', { id, value: reach, onchange: draw, 'aria-describedby': described },
    ['below', 'here'].map((value) => h('option', { value }, t(`extent.${value}`))));
  select.value = reach;
  draw();
  return { node: h('div.deferred', select, below.node), input: select, read: () => ({ reach: select.value, sub_orgs: select.value === 'below' ? [] : below.read() }) };
};

// The fields that there is something to choose in; `extent` is a user's, with modules, reach and sub_orgs.
export async function extentFields(org, extent = {}) {
  const [orgs, modules] = await Promise.all([orgsBelow(org.id), modulesOf()]);
  return [
    orgs.length > 0 && { name: 'extent', label: t('extent.orgs'), control: reachControl(orgs, extent) },
    modules.length > 0 && { name: 'modules', label: t('extent.modules'), group: true, help: t('extent.modules.help'),
      control: checks(modules.map((value) => ({ value, label: value })), extent.modules) },
  ].filter(Boolean);
}

// What was chosen in them, for what is new: nothing where nothing was said.
export const extentOf = ({ extent, modules }) => ({
  ...(extent && { reach: extent.reach }), ...(extent?.sub_orgs.length && { sub_orgs: extent.sub_orgs }), ...(modules?.length && { modules }),
});

// The same in place of what there was.
export const extentInstead = ({ extent, modules }) => ({
  ...(extent && { reach: extent.reach, sub_orgs: extent.sub_orgs.length ? extent.sub_orgs : null }), ...(modules && { modules: modules.length ? modules : null }),
});
