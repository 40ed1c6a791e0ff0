// What the page does: theme, tables that sort and filter, galleries, copying. Text from models and
// data only ever becomes textContent.
'use strict';
(() => {
  const root = document.documentElement;
  root.classList.add('scripted');

  const make = (name, className, text) => {
    const element = document.createElement(name);
    if (className) element.className = className;
    if (text !== undefined) element.textContent = text;
    return element;
  };
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const plural = (count, noun) => `${count} ${count === 1 ? noun : noun + 's'}`;

  // The theme follows the system until the reader chooses; the choice is kept where the browser allows it.
  const themeButton = document.getElementById('theme');
  const system = matchMedia('(prefers-color-scheme: dark)');
  const kept = {
    read() {
      try { return localStorage.getItem('djl-quant-theme'); } catch { return null; }
    },
    write(value) {
      try { localStorage.setItem('djl-quant-theme', value); } catch { /* a browser that keeps nothing */ }
    },
  };
  const isDark = () => (root.dataset.theme ? root.dataset.theme === 'dark' : system.matches);
  const showTheme = () => themeButton.setAttribute('aria-pressed', String(isDark()));
  const before = kept.read();
  if (before === 'dark' || before === 'light') root.dataset.theme = before;
  themeButton.addEventListener('click', () => {
    root.dataset.theme = isDark() ? 'light' : 'dark';
    kept.write(root.dataset.theme);
    showTheme();
  });
  system.addEventListener('change', showTheme);
  showTheme();

  // Tables.
  const words = new Intl.Collator('en', { numeric: true });
  const compare = (a, b) => {
    const [x, y] = [a.dataset.sort, b.dataset.sort];
    if (x && y) return Number(x) - Number(y);
    return words.compare(a.textContent, b.textContent);
  };

  const sortable = (table) => {
    const heads = all('thead th', table);
    const body = table.tBodies[0];
    const isEmpty = (cell, head) =>
      cell.textContent.trim() === '' || (head.classList.contains('num') && !cell.dataset.sort);
    if (body.rows.length < 2) return;
    heads.forEach((head, column) => {
      const button = make('button', '', head.textContent);
      button.type = 'button';
      head.replaceChildren(button);
      button.addEventListener('click', () => {
        const first = head.classList.contains('num') ? 'descending' : 'ascending';
        const other = first === 'ascending' ? 'descending' : 'ascending';
        const order = head.getAttribute('aria-sort') === first ? other : first;
        heads.forEach((each) => each.removeAttribute('aria-sort'));
        head.setAttribute('aria-sort', order);
        const sign = order === 'ascending' ? 1 : -1;
        // What has no figure stays last in either order.
        const rows = [...body.rows].sort((a, b) => {
          const [x, y] = [a.cells[column], b.cells[column]];
          return isEmpty(x, head) - isEmpty(y, head) || sign * compare(x, y);
        });
        body.append(...rows);
      });
    });
  };

  const filterable = (box, entries, noun, kindOf) => {
    const search = box.querySelector('input[type="search"]');
    if (!search) return;
    const select = box.querySelector('select');
    const count = box.querySelector('.count');
    const apply = () => {
      const wanted = search.value.trim().toLowerCase();
      let shown = 0;
      for (const entry of entries) {
        const hit = entry.textContent.toLowerCase().includes(wanted)
          && (!select || select.value === '' || kindOf(entry, select) === select.value);
        entry.hidden = !hit;
        shown += hit;
      }
      count.textContent = shown === entries.length
        ? plural(shown, noun) : `${shown} of ${plural(entries.length, noun)}`;
    };
    search.addEventListener('input', apply);
    if (select) select.addEventListener('change', apply);
  };

  // Lengths are set through the object model: the policy forbids style attributes.
  const drawBars = (table) => {
    all('thead th', table).forEach((head, column) => {
      if (!head.dataset.bars) return;
      const cells = [...table.tBodies[0].rows].map((row) => row.cells[column]);
      const most = Math.max(...cells.map((cell) => Number(cell.dataset.sort) || 0));
      for (const cell of cells) {
        const length = Number(cell.dataset.sort) / most;
        if (!(length > 0)) continue;
        cell.classList.add('barred');
        cell.style.setProperty('--length', length.toFixed(3));
      }
    });
  };

  for (const box of all('.table')) {
    drawBars(box.querySelector('table'));
    sortable(box.querySelector('table'));
    filterable(box, all('tbody tr', box), 'row',
      (row, select) => row.cells[Number(select.dataset.column)].textContent);
  }

  // Galleries.
  const dialog = document.getElementById('sample');
  const body = document.getElementById('sample-body');
  let open = null;

  const scoreTable = (scores) => {
    const table = make('table');
    const head = table.createTHead().insertRow();
    for (const title of ['', 'Float', 'Quantized']) {
      const cell = make('th', title ? 'num' : '', title);
      cell.scope = 'col';
      head.append(cell);
    }
    const rows = table.createTBody();
    for (const [name, source, quantized] of scores) {
      const row = rows.insertRow();
      const cell = make('th', '', name);
      cell.scope = 'row';
      row.append(cell, make('td', 'num', source), make('td', 'num', quantized));
    }
    return table;
  };

  const show = (gallery, index) => {
    open = { gallery, index };
    const { entries, cards } = gallery;
    const card = cards[index];
    document.getElementById('sample-title').textContent = card.title;
    document.getElementById('sample-place').textContent =
      `Sample ${card.sample}${card.kind ? ', ' + card.kind : ''}`;
    const side = make('div', 'side');
    const picture = entries[index].querySelector('img');
    if (picture) {
      const large = make('img');
      large.src = picture.src;
      large.alt = picture.alt;
      side.append(large);
    }
    const facts = make('dl', 'facts');
    for (const [name, value] of card.facts) facts.append(make('dt', '', name), make('dd', '', value));
    side.append(facts);
    body.replaceChildren();
    if (card.text) body.append(make('p', 'text', card.text));
    body.append(side);
    if (card.scores.length) body.append(scoreTable(card.scores));
    if (!dialog.open) dialog.showModal();
  };
  const step = (by) => {
    const { entries } = open.gallery;
    let index = open.index;
    do {
      index = (index + by + entries.length) % entries.length;
    } while (entries[index].hidden && index !== open.index);
    show(open.gallery, index);
  };
  document.getElementById('sample-back').addEventListener('click', () => step(-1));
  document.getElementById('sample-on').addEventListener('click', () => step(1));
  dialog.addEventListener('keydown', (event) => {
    if (event.key === 'ArrowLeft') step(-1);
    if (event.key === 'ArrowRight') step(1);
  });
  dialog.addEventListener('click', (event) => {
    if (event.target === dialog) dialog.close();
  });
  for (const box of all('.gallery')) {
    const gallery = {
      entries: all('.cards > li', box),
      cards: JSON.parse(box.querySelector('script').textContent),
    };
    gallery.entries.forEach((entry, index) => {
      entry.querySelector('button').addEventListener('click', () => show(gallery, index));
    });
    filterable(box, gallery.entries, 'sample', (entry) => entry.dataset.kind);
  }

  for (const button of all('.copy')) {
    button.addEventListener('click', async () => {
      const code = button.parentElement.querySelector('code');
      try {
        await navigator.clipboard.writeText(code.textContent);
        button.textContent = 'Copied';
      } catch {
        // A page from a file may not write to the clipboard: the text is selected instead.
        getSelection().selectAllChildren(code);
        button.textContent = 'Selected';
      }
    });
  }
})();
