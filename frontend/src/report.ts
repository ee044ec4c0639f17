/** Brings a page that Python wrote to life: figures, 3-D views, tables, downloads. */

import { csv, download, draw, fitToPaper, forget, isDrawn, rows } from './figure';
import { packageView, type PackageView } from './scene';
import { addDownloads, button, mountPacked } from './tables';
import { switchTheme } from './theme';
import type { Embedded, Figure, Scene } from './types';

const MOST_ROWS = 400; // shown as a table; the CSV holds all

function toggleTable(place: HTMLElement, figure: Figure): void {
  const old = place.parentElement?.querySelector('.astable');
  if (old) return old.remove();
  const box = document.createElement('div');
  box.className = 'scroll astable';
  box.tabIndex = 0;
  const body = document.createElement('table');
  rows(figure).slice(0, MOST_ROWS).forEach((row, i) => {
    const line = body.insertRow();
    for (const value of row) {
      const item = document.createElement(i ? 'td' : 'th');
      if (!i) (item as HTMLTableCellElement).scope = 'col';
      item.textContent = value === null || value === undefined ? '' : String(value);
      line.append(item);
    }
  });
  box.append(body);
  place.after(box);
}

function addTools(place: HTMLElement, name: string, figure: Figure): void {
  place.textContent = '';
  place.style.minHeight = `${figure.layout.height}px`;
  place.parentElement?.querySelector('.tools')?.append(
    button('as table', () => toggleTable(place, figure), `figure ${name} as table`),
    button('CSV', () => download(`${name}.csv`, csv(rows(figure))), `CSV of the figure ${name}`),
  );
}

/** Show a car in its place; where that cannot be, its drawing stays open. */
function showScene(place: HTMLElement, scene: Scene): PackageView | null {
  const view = packageView(place);
  view?.update(scene);
  const drawing = place.parentElement?.querySelector<HTMLDetailsElement>('details.drawing');
  if (drawing && !view) drawing.open = true;
  return view;
}

/** A view with a control that changes the car. */
function mountViewer(box: HTMLElement, view: PackageView | null, scenes: Record<string, Scene>): void {
  const select = box.querySelector('select');
  const note = box.querySelector('p');
  if (!view) return box.remove();
  select?.addEventListener('change', () => {
    const scene = scenes[select.value];
    if (scene) view.update(scene);
    if (note) note.textContent = select.selectedOptions[0]?.dataset.note ?? '';
  });
}

function canDrawSolids(): boolean {
  const context = document.createElement('canvas').getContext('webgl2');
  context?.getExtension('WEBGL_lose_context')?.loseContext();
  return context !== null;
}

/** Mark the link of the section that is being read; returns how to stop. */
function followSections(root: HTMLElement): () => void {
  const bar = root.querySelector<HTMLElement>('nav .wrap');
  const links = new Map([...root.querySelectorAll<HTMLAnchorElement>('nav a[href^="#"]')].map((a) => [a.hash.slice(1), a]));
  const seen = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      const link = links.get(target.id);
      if (!isIntersecting || !link || !bar) continue;
      links.forEach((other) => other.removeAttribute('aria-current'));
      link.setAttribute('aria-current', 'true');
      bar.scrollTo({ left: link.offsetLeft - bar.clientWidth / 3 });
    }
  }, { rootMargin: '-20% 0px -75% 0px' });
  links.forEach((_, id) => {
    const section = root.querySelector(`#${CSS.escape(id)}`);
    if (section) seen.observe(section);
  });
  return () => seen.disconnect();
}

/** The drawings of two cars side by side open and close together. */
function pairDrawings(root: HTMLElement): void {
  for (const drawing of root.querySelectorAll<HTMLDetailsElement>('.grid details.drawing')) {
    drawing.addEventListener('toggle', () => {
      for (const other of drawing.closest('.grid')!.querySelectorAll<HTMLDetailsElement>('details.drawing')) {
        if (other.open !== drawing.open) other.open = drawing.open;
      }
    });
  }
}

/** A link into a part that is closed opens it. */
function openTargets(root: HTMLElement): void {
  root.addEventListener('click', (event) => {
    const link = (event.target as Element).closest<HTMLAnchorElement>('a[href^="#"]');
    const target = link && document.getElementById(decodeURIComponent(link.hash.slice(1)));
    for (let at = target?.closest('details'); at; at = at.parentElement?.closest('details')) at.open = true;
  });
}

/** On paper all drawings are open and all figures drawn, also those not yet seen; returns how to stop. */
function mountPrint(root: HTMLElement, drawAll: () => void): () => void {
  const closed = (): HTMLDetailsElement[] => [...root.querySelectorAll<HTMLDetailsElement>('details.drawing:not([open])')];
  let opened: HTMLDetailsElement[] = [];
  const before = (): void => {
    opened = closed();
    opened.forEach((d) => { d.open = true; });
    drawAll();
    fitToPaper(true);
  };
  const after = (): void => {
    fitToPaper(false);
    opened.forEach((d) => { d.open = false; });
  };
  addEventListener('beforeprint', before);
  addEventListener('afterprint', after);
  return () => {
    removeEventListener('beforeprint', before);
    removeEventListener('afterprint', after);
  };
}

/** Mount everything of a report under `root`, each figure drawn when it comes near; returns how to take it away. */
export function mountReport(root: HTMLElement, data: Embedded): () => void {
  const views: PackageView[] = [];
  const waiting = new Map<HTMLElement, () => void>();
  for (const place of root.querySelectorAll<HTMLElement>('[data-figure]')) {
    const name = place.dataset.figure ?? '';
    const figure = data.figures[name];
    if (!figure) continue;
    addTools(place, name, figure);
    waiting.set(place, () => isDrawn(place) || draw(place, figure));
  }
  const solid = canDrawSolids();
  for (const place of root.querySelectorAll<HTMLElement>('[data-scene]')) {
    const scene = data.scenes[place.dataset.scene ?? ''];
    const viewer = place.closest<HTMLElement>('.viewer');
    const drawing = place.parentElement?.querySelector<HTMLDetailsElement>('details.drawing');
    if (!solid) viewer?.remove();
    if (!scene || !solid) continue;
    if (drawing) drawing.open = false;
    waiting.set(place, () => {
      const view = showScene(place, scene);
      if (view) views.push(view);
      if (viewer) mountViewer(viewer, view, data.scenes);
    });
  }
  for (const place of root.querySelectorAll<HTMLElement>('details[data-table]')) {
    const packed = data.tables?.[place.dataset.table ?? ''];
    if (packed) mountPacked(place, packed);
  }
  const show = (place: HTMLElement): void => {
    const action = waiting.get(place);
    waiting.delete(place);
    try {
      action?.();
    } catch (error) {
      place.textContent = `not drawn: ${error instanceof Error ? error.message : error}`;
    }
  };
  const seen = new IntersectionObserver((entries) => {
    for (const entry of entries) {
      if (!entry.isIntersecting) continue;
      seen.unobserve(entry.target);
      show(entry.target as HTMLElement);
    }
  }, { rootMargin: '600px' });
  [...waiting.keys()].forEach((place) => seen.observe(place));
  addDownloads(root);
  const unfollow = followSections(root);
  openTargets(root);
  pairDrawings(root);
  const unprint = mountPrint(root, () => [...waiting.keys()].filter((place) => 'figure' in place.dataset).forEach(show));
  root.querySelector('#theme')?.addEventListener('click', switchTheme);
  root.classList.add('scripted');
  return () => {
    [unfollow, unprint].forEach((stop) => stop());
    seen.disconnect();
    views.forEach((view) => view.dispose()); // a browser keeps few contexts for drawing solids
    root.querySelectorAll<HTMLElement>('[data-figure]').forEach((place) => isDrawn(place) && forget(place));
  };
}
