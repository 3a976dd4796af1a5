// SPDX-License-Identifier: Apache-2.0
// Forms: labels, help, and what is wrong beside the field that it concerns.
import { fill, h, newId } from '../lib/dom.js';
import { guard } from '../lib/router.js';
import { t } from '../lib/text.js';
import { explain, iconButton, inWords, notice } from './common.js';

const option = (choice) => {
  const { value, label = value } = typeof choice === 'string' ? { value: choice } : choice;
  return h('option', { value }, label);
};

// A password can be looked at while it is typed.
function withEye(input) {
  const eye = iconButton('eye', t('show.password'), () => {
    const hidden = input.type === 'password';
    input.type = hidden ? 'text' : 'password';
    eye.setAttribute('aria-pressed', hidden);
  }, { 'aria-pressed': 'false' });
  return h('div.eye', input, eye);
}

// An input, a select where there are options, or what the caller made: {node, read()}.
function makeControl(field, id, described) {
  const common = {
    id, name: field.name, required: field.required, 'aria-describedby': described, autocomplete: field.autocomplete ?? 'off',
    'data-focus': field.focus, readonly: field.readonly, disabled: field.disabled, oninput: field.oninput, onchange: field.onchange,
  };
  if (field.options) {
    const node = h('select', { ...common, value: field.value }, field.options.map(option));
    return { node, read: () => node.value };
  }
  if (field.type === 'checkbox') {
    const node = h('input', { ...common, type: 'checkbox', checked: field.value });
    return { node, read: () => node.checked };
  }
  const node = h('input', { ...common, type: field.type ?? 'text', value: field.value ?? '', placeholder: field.placeholder, spellcheck: 'false',
    inputmode: field.inputmode, min: field.min, maxlength: field.maxlength ?? 255 });
  if (field.type !== 'password') return { node, read: () => node.value.trim() };
  return { node: withEye(node), input: node, read: () => node.value };
}

// One field: {name, label (else the text of its name), help, required, …}, or with `control`: a function (id, described) => {node, read, focus}.
export function makeField(field) {
  const id = newId(), help = newId(), wrong = newId();
  const described = `${help} ${wrong}`;
  const control = (field.control ?? ((...ids) => makeControl(field, ...ids)))(id, described);
  const input = control.input ?? control.node;
  const complaint = h('p.wrong', { id: wrong });
  const label = h(field.group ? 'span.label' : 'label', field.group ? { id } : { for: id }, field.label ?? t(field.name), field.optional && h('span.muted', ` ${t('optional')}`));
  const check = field.type === 'checkbox';
  const hint = h('p.help', { id: help }, field.help);
  return {
    name: field.name,
    node: h('div', { class: `field ${check ? 'check' : ''}` }, check ? [control.node, h('div', label, hint, complaint)] : [label, control.node, hint, complaint]),
    read: control.read,
    control,
    focus: () => (control.focus ?? (() => input.focus()))(),
    blame(text) {
      fill(complaint, text);
      if (text) input.setAttribute('aria-invalid', 'true');
      else input.removeAttribute('aria-invalid');
    },
  };
}

const pointerTo = (error) => (error.pointer ?? '').split('/')[1];

// Sets what is wrong beside the fields; what concerns none of them comes back.
function blameFields(fields, problem) {
  const left = problem.errors.filter((error) => {
    const field = fields.find((one) => [one.name].flat().includes(pointerTo(error)));
    field?.blame(error.own ? error.detail : inWords(error));
    return !field;
  });
  fields.find((one) => one.node.querySelector('[aria-invalid]'))?.focus();
  return problem.errors.length && !left.length ? null : problem;
}

function missing(fields, specs) {
  const wanting = fields.filter((field, i) => specs[i].required && !specs[i].control && field.read() === '');
  for (const field of wanting) field.blame(t('form.required'));
  wanting[0]?.focus();
  return wanting.length > 0;
}

// A form of fields. `onsubmit(values)` does the work; a Problem that it throws is explained in the form.
//   form.node, form.values(), form.field(name), form.settle() where what was entered is kept
// `guarded`: leaving with changes asks first. `before` and `after` stand around the fields, `extra` beside the button.
export function makeForm({ fields: wanted, submit, onsubmit, kind = 'primary', guarded = false, before, after, extra, translate = explain }) {
  const specs = wanted.filter(Boolean);
  const fields = specs.map(makeField);
  const values = () => Object.fromEntries(fields.map((field) => [field.name, field.read()]));
  const snapshot = () => JSON.stringify(values());
  const general = h('div.complaints');
  const action = h('button', { type: 'submit', class: kind }, submit);
  let clean = snapshot();

  async function send(event) {
    event.preventDefault();
    if (action.getAttribute('aria-busy') === 'true') return;
    fields.forEach((field) => field.blame(null));
    general.replaceChildren();
    if (missing(fields, specs)) return;
    action.setAttribute('aria-busy', 'true');
    try {
      await onsubmit(values(), form);
      clean = snapshot();
    } catch (problem) {
      if (!('status' in problem)) throw problem;
      const rest = blameFields(fields, problem);
      if (rest) general.append(notice(translate(rest)));
    } finally {
      action.removeAttribute('aria-busy');
    }
  }

  const form = {
    node: h('form', { novalidate: true, onsubmit: send }, before, fields.map((field) => field.node), after, general, h('div.foot', extra, action)),
    values,
    field: (name) => fields.find((one) => one.name === name),
    settle: () => (clean = snapshot()),
  };
  if (guarded) guard(() => form.node.isConnected && snapshot() !== clean);
  return form;
}

// A choice of several: checkboxes in a fieldset-like group. Give as `control` of a field with `group`.
export const checks = (choices, chosen = []) => (id, described) => {
  const boxes = choices.map(({ value, label, disabled }) => ({ value, box: h('input', { type: 'checkbox', checked: chosen.includes(value), disabled }), label }));
  return {
    node: h('div.checks', { role: 'group', 'aria-labelledby': id, 'aria-describedby': described },
      boxes.map(({ box, label }) => h('label', box, h('span', label)))),
    read: () => boxes.filter(({ box }) => box.checked).map(({ value }) => value),
    focus: () => boxes[0]?.box.focus(),
  };
};
