// SPDX-License-Identifier: Apache-2.0
// Finds what a person would see, by role and name as the browser computes them for assistive technology. It looks again at every frame until
// `wanted` is there (or, with `gone`, no longer) and then calls `done` with {found}, or after `patience` milliseconds with {missing: why}.
// A function body: its arguments are [wanted, patience, done].
const [wanted, patience, done] = arguments;

// kind: [candidates beside what says one of these roles itself, the computed roles that count, or none]
const KINDS = {
  action: ['a,button,summary,input,option',
    ['button', 'link', 'tab', 'menuitem', 'checkbox', 'radio', 'switch', 'option', 'DisclosureTriangle']],
  field: ['input,textarea,select', ['textbox', 'searchbox', 'combobox', 'spinbutton', 'listbox', 'checkbox', 'radio', 'Date', 'DateTime', 'button']],
  file: ['input[type=file]'],
  heading: ['h1,h2,h3,h4,h5,h6,[role=heading]'],
  row: ['tbody tr'],
  item: ['li,dt,article'],
  table: ['table'],
  dialog: ['dialog'],
  group: ['section,fieldset,form,nav,main,aside,dialog,figure', ['region', 'group', 'form', 'navigation', 'main', 'complementary', 'dialog', 'alertdialog', 'figure', 'radiogroup', 'status', 'alert', 'tabpanel', 'toolbar', 'search']],
};
const BY_TEXT = new Set(['row', 'item']);

const squeeze = (text) => (text ?? '').replace(/\s+/g, ' ').trim();
const visible = (node) => node.checkVisibility({ visibilityProperty: true }) && node.getClientRects().length > 0;
const nameOf = (node, kind) => squeeze(BY_TEXT.has(kind) ? node.innerText : node.computedName);

// What can be reached: the dialog in front, else the page.
const front = () => [...document.querySelectorAll('dialog:modal')].at(-1) ?? document.body;

// Whether a name can be: computing one takes the browser milliseconds, so it is asked only of what has the text somewhere.
const bare = (text) => (text ?? '').replace(/\s+/g, '');
const byId = (node) => (node.getAttribute('aria-labelledby') ?? '').split(' ').map((id) => document.getElementById(id));
const sources = (node) => [node, ...(node.labels ?? []), ...byId(node)].map((one) => one?.textContent)
  .concat(['aria-label', 'title', 'placeholder', 'alt', 'value'].map((name) => node.getAttribute(name)));
const mayBeCalled = (node, name) => name == null || sources(node).some((text) => bare(text).includes(bare(name)));

// Those of a kind, called so: [node, its name].
function candidates(root, { kind, role }, called) {
  const [tags, roles = []] = KINDS[kind];
  const selector = [tags, ...roles.map((name) => `[role=${name.toLowerCase()}]`)].join();
  const wanted = (node) => (role ? node.computedRole === role : !roles.length || roles.includes(node.computedRole));
  return [root, ...root.querySelectorAll(selector)].filter((node) => node.matches(selector) && (visible(node) || kind === 'file') && mayBeCalled(node, called))
    .map((node) => [node, nameOf(node, kind)]).filter(([node, name]) => (called == null || name.includes(called)) && wanted(node));
}

function matching(root, spec) {
  const all = candidates(root, spec, spec.name);
  const exact = all.filter(([, name]) => name === spec.name);
  const near = (exact.length ? exact : all).map(([node]) => node);
  return spec.name == null ? near : near.filter((node) => !near.some((other) => other !== node && BY_TEXT.has(spec.kind) && node.contains(other)));
}

const describe = (spec) => `${spec.role ?? spec.kind} "${spec.name ?? ''}"`;

function find(path) {
  let root = front();
  for (const spec of path) {
    const found = matching(root, spec);
    const at = spec.nth ?? 0;
    if (found.length === 0 || at >= found.length) {
      const within = root;
      return { missing: () => `no ${describe(spec)}; there are: ${candidates(within, spec).map(([, name]) => name).join(' | ')}` };
    }
    if (found.length > 1 && spec.nth == null) return { missing: () => `${found.length} of ${describe(spec)}` };
    root = found[at];
  }
  return { found: root };
}

function text(path) {
  const root = path.length ? find(path) : { found: document.body };
  if (!root.found) return root;
  const has = squeeze(root.found.innerText).includes(wanted.text);
  return has ? { found: true } : { missing: () => `no "${wanted.text}" in: ${squeeze(root.found.innerText)}` };
}

// The portal has begun, nothing is being fetched, nothing moves, and the page says of nothing that it is busy.
function calm() {
  if (location.pathname.startsWith('/portal/') && !document.querySelector('main h1')) return { missing: () => 'calm: no page of the portal yet' };
  const moving = document.getAnimations().some((one) => one.playState === 'running' && one.effect?.getComputedTiming().endTime !== Infinity);
  const busy = document.querySelector('[aria-busy=true]');
  if (window.awaited || moving || busy) return { missing: () => `calm: ${window.awaited} requests under way, moving ${moving}, busy ${busy?.outerHTML}` };
  return { found: true };
}

// {found}, or {missing: () => why not}.
const LOOKS = {
  text: () => text(wanted.path),
  calm,
  address: () => (location.hash.startsWith(wanted.address) ? { found: true } : { missing: () => `${wanted.address}; the address is ${location.hash}` }),
  focus: () => (squeeze(document.activeElement?.computedName).includes(wanted.name)
    ? { found: true } : { missing: () => `focus on "${wanted.name}"; it is on ${document.activeElement?.tagName} "${squeeze(document.activeElement?.computedName)}"` }),
  node: () => find(wanted.path),
};

// Calm has to last, for one thing leads to another.
const LASTING = { calm: 4 };
const until = performance.now() + patience;
let times = 0;

function look() {
  const seen = LOOKS[wanted.look]();
  const right = wanted.gone ? !seen.found : Boolean(seen.found);
  times = right ? times + 1 : 0;
  if (times >= (LASTING[wanted.look] ?? 1)) done({ found: wanted.gone ? true : seen.found });
  else if (performance.now() > until) done({ missing: wanted.gone ? `still there: ${JSON.stringify(wanted)}` : seen.missing() });
  else requestAnimationFrame(look);
}
look();
