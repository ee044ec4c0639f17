/** Colours of figures on a dark page: pale ones, made for paper, would glare; black lines would vanish. */

import type { Trace } from '../types';

const LINES: Record<string, string> = {
  '#2b3138': '#f1f4f6', // lines over maps
  '#c3ccd5': '#56646f', // edges of a fan, filled between
  '#9db4c9': '#6585a2', '#9aa5b1': '#6f7d8a', '#cdd4fb': '#4a57b0', '#9aa9b5': '#6f7d8a',
  '#5f6f80': '#7d8d9d', // grey bars, whose contrast to the dark page was 3 to 1
};
/** Scales run from the page to the accent: on a dark page from dark to light. */
const SCALES: Record<string, string> = {
  '#dfe5ea': '#22303b', '#f3f5f7': '#1c2832', '#8fa0f8': '#4d5fd6', '#2b3fc4': '#aab6ff',
};

const KEYS = new Set(['color', 'fillcolor', 'line', 'marker', 'colorscale', 'textfont']);

function turned(value: unknown, map: Record<string, string>): unknown {
  if (typeof value === 'string') return map[value] ?? value;
  if (Array.isArray(value)) return value.map((item) => turned(item, map));
  if (value && typeof value === 'object') return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, turned(v, map)]));
  return value;
}

export const dusk = (trace: Trace): Trace => Object.fromEntries(
  Object.entries(trace).map(([key, value]) => [key, KEYS.has(key) ? turned(value, key === 'colorscale' ? SCALES : LINES) : value]),
) as Trace;
