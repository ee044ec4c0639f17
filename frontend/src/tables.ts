/** Tables of the page: each as CSV, and those too long to be HTML, built when they are opened. */

import { csv, download } from './figure';
import type { Packed } from './types';

export function button(label: string, action: () => void, name = label): HTMLButtonElement {
  const made = document.createElement('button');
  made.type = 'button';
  made.textContent = label;
  made.ariaLabel = name;
  made.addEventListener('click', action);
  return made;
}

/** A row of small buttons below a table or figure. */
export function tools(...buttons: HTMLButtonElement[]): HTMLDivElement {
  const made = document.createElement('div');
  made.className = 'tools';
  made.append(...buttons);
  return made;
}

/** The heading above an element, as the name of a file. */
function nameOf(place: Element): string {
  let at: Element | null = place;
  while (at) {
    for (let before = at.previousElementSibling; before; before = before.previousElementSibling) {
      if (/^(H2|H3|H4|SUMMARY)$/.test(before.tagName)) {
        return (before.textContent ?? '').toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '').slice(0, 60) || 'table';
      }
    }
    at = at.parentElement;
  }
  return 'table';
}

const shown = (cell: HTMLElement): string => cell.innerText.replace(/[\u00a0\u202f]/g, ' ').replace(/\s*\n\s*/g, ' ').trim();

/** Give every table under `root` that has none yet its button. */
export function addDownloads(root: HTMLElement): void {
  for (const table of root.querySelectorAll<HTMLTableElement>('.scroll > table')) {
    const box = table.parentElement!;
    if (box.classList.contains('astable') || box.nextElementSibling?.classList.contains('tools')) continue;
    const name = nameOf(box);
    box.after(tools(button('CSV', () => {
      download(`${name}.csv`, csv([...table.rows].map((row) => [...row.cells].map(shown))));
    }, `CSV of the table ${name}`)));
  }
}

function cellOf(kind: string, value: string, head: boolean): HTMLTableCellElement {
  const cell = document.createElement(head ? 'th' : 'td');
  if (kind === 'n') cell.className = 'n';
  if (head) {
    cell.scope = 'row';
    cell.textContent = value;
  } else if (kind === 'status' && value) {
    const mark = document.createElement('span');
    mark.className = `status ${value}`;
    mark.textContent = value;
    cell.append(mark);
  } else if (kind === 'source' && value) {
    const link = document.createElement('a');
    link.href = `#source-${value}`;
    link.textContent = value;
    cell.append(link);
  } else cell.textContent = value;
  return cell;
}

function build(packed: Packed, rows: string[][]): HTMLElement {
  const table = document.createElement('table');
  const top = table.createTHead().insertRow();
  packed.head.forEach((title, k) => {
    const cell = document.createElement('th');
    cell.scope = 'col';
    if (packed.kinds[k] === 'n') cell.className = 'n';
    cell.textContent = title;
    top.append(cell);
  });
  const body = table.createTBody();
  let before = '';
  for (const row of rows) {
    const line = body.insertRow();
    row.forEach((value, k) => {
      const same = k === 0 && value === before;
      line.append(cellOf(packed.kinds[k] ?? '', same ? '' : value, k === 0 && !!value && !same));
    });
    before = row[0] ?? '';
  }
  const box = document.createElement('div');
  box.className = 'scroll';
  box.tabIndex = 0;
  box.append(table);
  return box;
}

/** Fill a part of the page that opens with the groups of a long table, each built when opened. */
export function mountPacked(place: HTMLElement, packed: Packed): void {
  const unpack = (rows: (string | number)[][]): string[][] =>
    rows.map((row) => row.map((cell) => (typeof cell === 'number' ? packed.words[cell] ?? '' : cell)));
  const name = place.dataset.table ?? 'table';
  const all = (): string[][] => packed.groups.flatMap((g) => unpack(g.rows).map((row) => [g.title, ...row]));
  place.addEventListener('toggle', () => {
    place.append(tools(button('CSV of all', () => download(`${name}.csv`, csv([['of', ...packed.head], ...all()])))));
    for (const group of packed.groups) {
      const part = document.createElement('details');
      const title = document.createElement('summary');
      title.textContent = `${group.title} (${group.rows.length})`;
      part.append(title);
      part.addEventListener('toggle', () => {
        part.append(build(packed, unpack(group.rows)));
        addDownloads(part);
      }, { once: true });
      place.append(part);
    }
  }, { once: true });
}
