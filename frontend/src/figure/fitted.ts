/** Makes the words of a figure fit the room it has: names below bars, titles of axes. */

import type { Axis, Layout, Trace } from '../types';

const NARROW = 480; // px
const MARGIN = { l: 62, r: 18, t: 12, b: 52 }; // px
const WIDE_NAMES = 140; // px; a margin for names that a narrow place cannot spare
const CHARACTER = 6.7; // px, about the width of one
const SMALL = 5; // px, the same for the names of a narrow place
const MOST_LINES = 4;
const SIZES = [12, 11, 10]; // px of a name

/** Text in lines of at most so many characters, broken between words. */
export function broken(text: string, most: number): string {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length < most) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines.join('<br>');
}

/** Names below bars upright, in lines: turned names take the height that the bars need. */
function names(axis: Axis, data: Trace[], room: number): Axis {
  const upright = data.filter((t) => t.type === 'bar' && t.orientation !== 'h');
  const found = [...new Set(upright.flatMap((t) => t.x ?? []))];
  if (!found.length || !found.every((name) => typeof name === 'string') || axis.tickvals || axis.tickangle !== undefined) return axis;
  const title = axis.title?.text.includes(',') ? axis.title : undefined; // names need no heading, but for their unit
  for (const size of SIZES) {
    const most = Math.floor(room / found.length / (CHARACTER * size / 12.5));
    const text = (found as string[]).map((name) => broken(name, most));
    const lines = text.map((t) => t.split('<br>'));
    if (!lines.every((l) => l.length <= MOST_LINES && l.every((word) => word.length <= most))) continue;
    if (lines.every((l) => l.length === 1)) return { ...axis, title };
    return { ...axis, title, tickvals: found, ticktext: text, tickangle: 0, tickfont: { ...axis.tickfont, size } };
  }
  return { ...axis, title, tickangle: 90 }; // slanted names would take the width
}

function titled(axis: Axis | undefined, room: number): number {
  const most = Math.max(12, Math.floor(room / CHARACTER));
  if (!axis?.title || axis.title.text.length <= most) return 0;
  axis.title = { ...axis.title, text: broken(axis.title.text, most) };
  return axis.title.text.split('<br>').length - 1;
}

/** A layout for a place of this width; it is changed. */
export function fitted(layout: Layout, data: Trace[], width: number): Layout {
  const margin = { ...MARGIN, ...(layout.margin as Partial<Layout['margin']>) }; // figures may leave sides to the plotter
  layout.margin = margin;
  const longest = Math.max(0, ...data.flatMap((t) => (t.y ?? []).map((v) => (typeof v === 'string' ? v.length : 0))));
  if (width < NARROW && margin.l > WIDE_NAMES) {
    layout.margin = { ...margin, l: 110 };
    for (const name of Object.keys(layout).filter((key) => key.startsWith('yaxis'))) {
      const axis = layout[name] as Axis;
      layout[name] = { ...axis, tickfont: { ...axis.tickfont, size: 9 } };
    }
  }
  const left = Math.max(layout.margin.l, longest * (width < NARROW ? SMALL : CHARACTER));
  const room = Math.max(width - left - margin.r, 80);
  if (width) {
    const map = data.some((t) => t.type === 'heatmap');
    layout.xaxis = names(layout.xaxis, data, room);
    if (layout.xaxis.tickangle === 90) layout.height += Math.min(CHARACTER * Math.max(...data.flatMap((t) => (t.x ?? []).map((v) => String(v).length))), 150);
    const more = titled(layout.xaxis, map ? room - 80 : room); // a map has its scale at the right
    if (more) layout.margin = { ...layout.margin, b: layout.margin.b + 16 * more };
    titled(layout.yaxis, layout.height - layout.margin.t - layout.margin.b);
  }
  return layout;
}
