/** The answers to the present position of the knobs: at once by chains, then placed exactly. */

import { api } from './api';
import { gate } from './gate';
import { server } from './server.svelte';
import type { Answer, Question } from './types';

const REST = 350; // ms without a change, then the exact placement is worth its time

const place = (q: Question): string => JSON.stringify([q.study, q.body, q.platforms]);

class Live {
  answer = $state.raw<Answer | null>(null);
  question = $state.raw<Question | null>(null);
  isSettled = $state(false);
  isSettling = $state(false);
  refused = $state.raw<string[]>([]);
  /** The first answer without changes: what the study as written gives. */
  base = $state.raw<Answer | null>(null);
  ms = $state<number | null>(null);
  trip = $state<number | null>(null);
  private baseOf = '';
  private timer = 0;
  private newest: Question | null = null;
  private since = 0;
  private readonly quick = gate<Question>((q, signal) => this.fetch(q, signal));
  /** A server goes on computing what was aborted: one exact placement at a time keeps it free. */
  private readonly exact = gate<Question>((q, signal) => this.settle(q, signal));

  /** Ask for a position of the knobs; what was asked before is stale. */
  ask(q: Question): void {
    if (this.question && this.question.study !== q.study) this.clear();
    clearTimeout(this.timer);
    this.newest = q;
    this.since = performance.now();
    this.isSettling = this.isSettled = false;
    this.quick.ask(q);
  }

  clear(): void {
    this.stop();
    this.answer = this.base = this.question = null;
    this.baseOf = '';
    this.refused = [];
  }

  stop(): void {
    clearTimeout(this.timer);
    this.newest = null;
    this.quick.stop();
    this.exact.stop();
  }

  private async fetch(q: Question, signal: AbortSignal): Promise<void> {
    const start = performance.now();
    try {
      const found = await api.live(q, signal);
      this.trip = performance.now() - start;
      this.take(q, found, false);
      if (q === this.newest) this.timer = window.setTimeout(() => this.exact.ask(q), Math.max(0, REST - (performance.now() - this.since)));
      if (this.baseOf !== place(q)) await this.fetchBase(q, found, signal);
    } catch (error) {
      this.fail(error, signal);
    }
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
    this.answer = found;
    this.isSettled = isSettled;
    if (!isSettled) this.ms = found.ms;
    this.refused = [...new Set([...found.problems, ...(found.tree.problems ?? [])])];
  }

  /** Keep the last picture; say what was refused. */
  private fail(error: unknown, signal: AbortSignal): void {
    if (signal.aborted) return;
    this.refused = server.failed(error);
  }
}

export const live = new Live();
