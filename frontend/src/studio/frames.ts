/** Draws at most one figure a frame, each with its newest data, after the frame that shows the car. */

import { draw } from '../figure';
import type { Figure } from '../types';

const PAUSE = 160; // ms without new data; a figure takes longer to draw than the car, whose picture must not wait for it
const LONGEST = 700; // ms that a figure may lag behind a hand that does not rest
const waiting = new Map<HTMLElement, Figure>();
let queued = 0;
let timer = 0;
let since = 0;

function begin(): void {
  const now = performance.now();
  if (!timer) since = now;
  clearTimeout(timer);
  timer = window.setTimeout(() => {
    timer = 0;
    queued ||= requestAnimationFrame(step);
  }, Math.max(0, Math.min(PAUSE, since + LONGEST - now)));
}

function step(): void {
  queued = 0;
  const [next] = waiting;
  if (!next) return;
  waiting.delete(next[0]);
  if (next[0].isConnected) draw(next[0], next[1]);
  if (waiting.size) queued = requestAnimationFrame(step);
}

export function drawSoon(place: HTMLElement, figure: Figure): void {
  waiting.delete(place); // to the end, so that no figure starves another
  waiting.set(place, figure);
  begin();
}

export const drop = (place: HTMLElement): void => void waiting.delete(place);
