// SPDX-License-Identifier: Apache-2.0
// Many e-mails in one field: Enter, comma, space or pasting makes chips; wrong ones are marked and stay to be mended.
import { fill, h } from '../lib/dom.js';
import { t } from '../lib/text.js';
import { icon } from './common.js';

// Only what is plainly no address: the server judges.
const PLAUSIBLE = /^[^\s@"<>(),;:\\[\]]+@[^\s@"<>(),;:\\[\]]+\.[^\s@"<>(),;:\\[\].]+$/;
const isFine = (email) => PLAUSIBLE.test(email) && email.length <= 254;

// "Ann Bell <ann@acme.example>" is ann@acme.example.
function emailsIn(text) {
  const bare = text.replace(/(?:"[^"]*"|[^,;<>\n\t"])*<([^<>]*)>/g, ' $1 ');
  return bare.split(/[\s,;]+/).filter(Boolean);
}

// A control for a field with `group: true`. read() gives the addresses; wrong() those that cannot be.
export const emailChips = ({ onchange = () => {}, value = [] } = {}) => (id, described) => {
  const emails = new Map(); // folded -> {email, trouble}
  const counts = h('p.help', { role: 'status' });
  const list = h('ul.chips');
  const input = h('input', {
    type: 'text', inputmode: 'email', autocomplete: 'off', autocapitalize: 'off', spellcheck: 'false', 'data-focus': true,
    'aria-labelledby': id, 'aria-describedby': described, placeholder: t('chips.placeholder'),
    onkeydown: key, onpaste: paste, onblur: take, oninput: () => /[,;]/.test(input.value) && take(),
  });

  function add(text) {
    for (const email of emailsIn(text)) emails.set(email.toLowerCase(), { email, trouble: isFine(email) ? null : t('chips.wrong') });
    draw();
  }

  function take() {
    if (input.value.trim()) add(input.value);
    input.value = '';
  }

  function paste(event) {
    event.preventDefault();
    add(`${input.value} ${event.clipboardData.getData('text')}`);
    input.value = '';
  }

  function key(event) {
    if (event.key === 'Enter' && (input.value.trim() || !(event.ctrlKey || event.metaKey))) {
      event.preventDefault();
      take();
    } else if (event.key === 'Backspace' && !input.value && emails.size) {
      const last = [...emails.keys()].at(-1);
      input.value = emails.get(last).email;
      emails.delete(last);
      event.preventDefault();
      draw();
    }
  }

  function drop(folded) {
    emails.delete(folded);
    draw();
    input.focus();
  }

  function mend(folded, email) {
    emails.delete(folded);
    draw();
    input.value = email;
    input.focus();
  }

  const chip = ([folded, { email, trouble }]) =>
    h('li', { class: trouble ? 'chip bad' : 'chip' },
      trouble ? h('button', { type: 'button', onclick: () => mend(folded, email), title: trouble, 'aria-label': `${email}: ${trouble}. ${t('chips.mend')}` }, email) : h('span', email),
      h('button.square', { type: 'button', 'aria-label': t('chips.remove', { email }), onclick: () => drop(folded) }, icon('close')));

  function draw() {
    const wrong = control.wrong().length;
    fill(list, [...emails].slice(0, 300).map(chip), emails.size > 300 && h('li.muted', t('chips.more', { n: emails.size - 300 })));
    counts.textContent = emails.size === 0 ? '' : t('chips.count', { n: emails.size }) + (wrong ? ` · ${t('chips.bad', { n: wrong })}` : '');
    onchange(control.read());
  }

  const box = h('div.chipbox', { onclick: (event) => event.target === box && input.focus() }, list, input);
  const control = {
    node: h('div', box, counts),
    read: () => [...emails.values()].map(({ email }) => email),
    wrong: () => [...emails.values()].filter(({ trouble }) => trouble),
    focus: () => input.focus(),
    take,
    // What the server said of some: {email: text}
    blame(troubles) {
      for (const [email, trouble] of Object.entries(troubles)) {
        const one = emails.get(email.toLowerCase());
        if (one) one.trouble = trouble;
      }
      draw();
    },
    remove(gone) {
      for (const email of gone) emails.delete(email.toLowerCase());
      draw();
    },
  };
  add(value.join(' '));
  return control;
};
