/** Draws the figures that Python made; the page's theme gives them their colours. */

import Plotly from 'plotly.js-cartesian-dist-min';
import { fitted } from './figure/fitted';
import { whiskers } from './figure/whiskers';
import { dusk } from './figure/dusk';
import { colour, isDark, onTheme } from './theme';
import type { Axis, Figure, Layout, Trace } from './types';

const drawn = new Map<HTMLElement, Figure>();
const FONT = 'system-ui, Segoe UI, Roboto, DejaVu Sans, sans-serif';

function themed(figure: Figure, place: HTMLElement): Layout {
  const line = colour('--line');
  const soft = { color: colour('--soft') };
  const axis = { gridcolor: line, zerolinecolor: line, linecolor: line, tickfont: soft };
  const layout: Layout = {
    ...structuredClone(figure.layout),
    paper_bgcolor: 'rgba(0,0,0,0)',
    plot_bgcolor: 'rgba(0,0,0,0)',
    font: { color: colour('--ink'), family: FONT, size: 12.5 },
    hoverlabel: { font: { size: 13 } },
  };
  for (const name of Object.keys(layout).filter((key) => /^[xy]axis\d*$/.test(key))) {
    const own = layout[name] as Axis;
    const title = own.title && { ...own.title, font: { size: 12.5, ...soft } };
    layout[name] = { ...axis, ...own, ...(title ? { title } : {}) };
  }
  for (const trace of figure.data) {
    const axis = layout[String(trace.yaxis ?? 'y').replace('y', 'yaxis')] as Axis;
    if (typeof trace.y?.[0] === 'string') axis.title = undefined; // names need no heading
  }
  const made = fitted(layout, figure.data, place.clientWidth);
  made.height = Math.max(made.height, Math.floor(place.clientHeight));
  return made;
}

const dressed = (trace: Trace): Trace => whiskers(isDark() ? dusk(trace) : trace, colour('--ink'));

/** Draw a figure in its place, or redraw it with new data. */
export function draw(place: HTMLElement, figure: Figure): void {
  drawn.set(place, figure);
  void Plotly.react(place, figure.data.map(dressed), themed(figure, place), { displayModeBar: false, responsive: true });
}

const PAPER = { whole: 985, half: 468 }; // px, on A4 landscape inside a card

/** Draw figures, all or one, as wide as a page prints them, or again as wide as their places. */
export function fitToPaper(paper: boolean, one?: HTMLElement): void {
  for (const place of one ? [one] : drawn.keys()) {
    const width = place.closest('.grid') ? PAPER.half : PAPER.whole;
    void Plotly.relayout(place, paper ? { width } : { width: null, autosize: true });
  }
}

export function forget(place: HTMLElement): void {
  drawn.delete(place);
  Plotly.purge(place);
}

export const isDrawn = (place: HTMLElement): boolean => drawn.has(place);

onTheme(() => drawn.forEach((figure, place) => draw(place, figure)));

/** The values of a figure as rows; the first row holds the names of the columns. */
export function rows(figure: Figure): (string | number | null | undefined)[][] {
  let last = '';
  const out: (string | number | null | undefined)[][] = [];
  const title = (trace: Trace | undefined, side: 'x' | 'y'): string => {
    const axis = String(trace?.[`${side}axis`] ?? side).replace(side, `${side}axis`);
    return (figure.layout[axis] as Axis | undefined)?.title?.text || side;
  };
  for (const trace of figure.data) {
    const head = ['series', title(trace, 'x'), title(trace, 'y')];
    if (head.join() !== last) out.push(head);
    last = head.join();
    if (trace.z) trace.z.forEach((line, r) => line.forEach((v, c) => out.push([v, trace.x?.[c], trace.y?.[r]])));
    else (trace.x ?? []).forEach((v, i) => out.push([trace.name ?? '', v, trace.y?.[i]]));
  }
  return out;
}

function cell(value: string | number | null | undefined): string {
  const text = value === null || value === undefined ? '' : String(value);
  const formula = /^[=+\-@\t\r]/.test(text) && Number.isNaN(Number(text));
  return `"${(formula ? `'${text}` : text).replaceAll('"', '""')}"`;
}

/** Rows as CSV that a spreadsheet opens and never runs. */
export const csv = (lines: (string | number | null | undefined)[][]): string =>
  `\ufeff${lines.map((row) => row.map(cell).join(',')).join('\r\n')}`;

/** Hand a text to the user as a file. */
export function download(name: string, text: string, type = 'text/csv'): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}
