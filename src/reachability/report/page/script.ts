/** What the page does beyond being read: it filters, copies, and changes its theme. Without it all is there. */
export const SCRIPT = `'use strict';
(() => {
  const root = document.documentElement;
  const all = selector => [...document.querySelectorAll(selector)];
  const byId = id => document.getElementById(id);

  const theme = byId('theme');
  const isDark = () => (root.dataset.theme || (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light')) === 'dark';
  const nameTheme = () => { theme.textContent = isDark() ? 'Light' : 'Dark'; theme.setAttribute('aria-label', theme.textContent + ' theme'); };
  theme.addEventListener('click', () => { root.dataset.theme = isDark() ? 'light' : 'dark'; nameTheme(); });
  nameTheme();
  theme.hidden = false;

  const select = element => {
    const range = document.createRange();
    range.selectNodeContents(element);
    getSelection().removeAllRanges();
    getSelection().addRange(range);
  };
  for (const button of all('[data-copy]')) {
    button.hidden = false;
    button.addEventListener('click', async () => {
      const source = button.parentElement.querySelector('[data-text]');
      let copied = true;
      try { await navigator.clipboard.writeText(source.textContent); } catch { select(source); copied = document.execCommand('copy'); }
      button.textContent = copied ? 'Copied' : 'Selected';
      setTimeout(() => { button.textContent = 'Copy'; }, 1500);
    });
  }

  const tools = byId('tools');
  if (!tools) { return; }
  tools.hidden = false;
  const items = all('[data-item]');
  const paths = items.filter(item => item.dataset.item);
  const texts = new Map();
  const textOf = item => {
    if (!texts.has(item)) { texts.set(item, item.textContent.toLowerCase()); }
    return texts.get(item);
  };
  const shown = () => paths.filter(path => !path.hidden);
  const filter = () => {
    const verdict = tools.elements.verdict.value;
    const words = byId('search').value.toLowerCase().split(/\\s+/).filter(Boolean);
    for (const item of items) {
      const fits = (!verdict || !item.dataset.item || item.dataset.item === verdict) && words.every(word => textOf(item).includes(word));
      if (item.hidden === fits) { item.hidden = !fits; }
    }
    const { length } = shown();
    byId('status').textContent = length === paths.length ? '' : length + ' of ' + paths.length + ' paths';
    nameAll();
  };
  const openAll = byId('all');
  const nameAll = () => { openAll.textContent = shown().every(path => path.open) ? 'Close all' : 'Open all'; };
  openAll.addEventListener('click', () => {
    const open = openAll.textContent === 'Open all';
    for (const path of shown()) { path.open = open; }
    nameAll();
  });

  const soon = action => {
    let pending;
    return () => { clearTimeout(pending); pending = setTimeout(action, 80); };
  };
  document.addEventListener('toggle', soon(nameAll), true);
  tools.addEventListener('input', soon(filter));
  tools.addEventListener('submit', event => event.preventDefault());

  const reveal = () => {
    const target = byId(location.hash.slice(1));
    if (!target || !target.hasAttribute('data-item')) { return; }
    if (target.hidden) { tools.reset(); filter(); }
    for (let element = target; element; element = element.parentElement) {
      if (element.tagName === 'DETAILS') { element.open = true; }
    }
    target.scrollIntoView({ block: 'start' });
  };
  addEventListener('hashchange', reveal);
  filter();
  reveal();
})();
`;
