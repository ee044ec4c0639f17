/** The answers to the present position of the knobs: the shown car at once, all by chains, then placed exactly. */

import { api } from './api';
import { gate } from './gate';
import { isWhole, merged } from './merged';
import { server } from './server.svelte';
import type { Answer, Question } from './types';

const PAUSE = 160; // ms without a change, then the cars that are not shown are driven too
const REST = 350; // ms without a change, then the exact placement is worth its time

const place = (q: Question): string => JSON.stringify([q.study, q.body, q.platforms]);
interface Asked { q: Question; ofAll: boolean }

class Live {
  answer = $state.raw<Answer | null>(null);
  question = $state.raw<Question | null>(null);
  isSettled = $state(false);
  isSettling = $state(false);
  /** Cars that are not shown wait to be driven: charts, and what those cars miss, are of an older position. */
  isBehind = $state(false);
  refused = $state.raw<string[]>([]);
  /** The first answer without changes: what the study as written gives. */
  base = $state.raw<Answer | null>(null);
  ms = $state<number | null>(null);
  trip = $state<number | null>(null);
  private baseOf = '';
  private timer = 0;
  private newest: Question | null = null;
  private since = 0;
  private readonly quick = gate<Asked>((asked, signal) => this.fetch(asked, signal));
  /** A server goes on computing what was aborted: one exact placement at a time keeps it free. */
  private readonly exact = gate<Question>((q, signal) => this.settle(q, signal));

  /** Ask for a position of the knobs; what was asked before is stale. */
  ask(q: Question): void {
    if (this.question && this.question.study !== q.study) this.clear();
    clearTimeout(this.timer);
    this.newest = q;
    this.since = performance.now();
    this.isSettling = this.isSettled = false;
    this.quick.ask({ q, ofAll: !this.answer || this.baseOf !== place(q) });
  }

  clear(): void {
    this.stop();
    this.answer = this.base = this.question = null;
    this.baseOf = '';
    this.refused = [];
    this.isBehind = false;
  }

  stop(): void {
    clearTimeout(this.timer);
    this.newest = null;
    this.quick.stop();
    this.exact.stop();
  }

  private async fetch({ q, ofAll }: Asked, signal: AbortSignal): Promise<void> {
    const start = performance.now();
    const isFirst = q !== this.question;
    try {
      const found = await api.live(q, signal, !ofAll);
      if (isFirst) [this.ms, this.trip] = [found.ms, performance.now() - start];
      this.take(q, found, false);
      if (q === this.newest) this.rest(q);
      if (this.baseOf !== place(q)) await this.fetchBase(q, found, signal);
    } catch (error) {
      this.fail(error, signal);
    }
  }

  /** Ask on once the hand rests: for the cars that wait, then for the exact placement. */
  private rest(q: Question): void {
    const next = this.isBehind ? (): void => this.quick.ask({ q, ofAll: true }) : (): void => this.exact.ask(q);
    this.timer = window.setTimeout(next, Math.max(0, (this.isBehind ? PAUSE : REST) - (performance.now() - this.since)));
  }

  private async fetchBase(q: Question, found: Answer, signal: AbortSignal): Promise<void> {
    this.base = null;
    const untouched = Object.keys(q.set).length === 0;
    this.base = untouched ? found : await api.live({ ...q, set: {}, ghost: null }, signal);
    this.baseOf = place(q);
  }

  private async settle(q: Question, signal: AbortSignal): Promise<void> {
    if (q !== this.newest) return;
    this.isSettling = true;
    try {
      const found = await api.settled(q, signal);
      if (q === this.newest) this.take(q, found, true);
    } catch (error) {
      if (q === this.newest) this.fail(error, signal);
    }
    if (q === this.newest) this.isSettling = false;
  }

  private take(q: Question, found: Answer, isSettled: boolean): void {
    server.heard();
    this.question = q;
    this.answer = merged(found, this.answer);
    this.isBehind = !isWhole(found);
    this.isSettled = isSettled;
    this.refused = [...new Set([...found.problems, ...(found.tree.problems ?? [])])];
  }

  /** Keep the last picture; say what was refused. */
  private fail(error: unknown, signal: AbortSignal): void {
    if (signal.aborted) return;
    this.refused = server.failed(error);
  }
}

export const live = new Live();
