/** The connection to the server: what it holds, whether it is there, what it computes. */

import { api, Away, Refusal } from './api';
import { tell } from './toasts.svelte';
import type { Job, RunItem, StudyItem } from './types';

const LOOK = 6_000; // ms between looks at a server that is there
const JOB_LOOK = 400; // ms between looks at a running job
const RETRY = [400, 800, 1_500, 3_000, 5_000]; // ms

class Server {
  isOnline = $state(true);
  isLocked = $state(false);
  isKnown = $state(false);
  version = $state('');
  folder = $state('');
  given = $state<string | null>(null);
  studies = $state.raw<StudyItem[]>([]);
  runs = $state.raw<RunItem[]>([]);
  job = $state.raw<Job | null>(null);
  /** Rises each time the server comes back, so that what failed is asked again. */
  returns = $state(0);
  private misses = 0;
  private timer = 0;
  private jobTimer = 0;

  /** Look at the server now and from now on. */
  async watch(): Promise<void> {
    clearTimeout(this.timer);
    await this.look();
    this.timer = window.setTimeout(() => void this.watch(), this.isOnline ? LOOK : RETRY[Math.min(this.misses, RETRY.length) - 1]);
  }

  async look(): Promise<void> {
    try {
      const found = await api.state();
      Object.assign(this, { version: found.version, folder: found.folder, given: found.study, studies: found.studies, runs: found.runs, isKnown: true });
      this.heard();
      if (found.job?.state === 'running' && found.job.id !== this.job?.id) this.follow(found.job); // a reload finds its run again
    } catch (error) {
      this.failed(error);
    }
  }

  /** Note an answer. */
  heard(): void {
    this.misses = 0;
    this.isLocked = false;
    if (this.isOnline) return;
    this.isOnline = true;
    this.returns += 1;
  }

  /** Note a failure; returns the problems to show, none if the connection itself says it. */
  failed(error: unknown): string[] {
    if (error instanceof Away) {
      this.misses += 1;
      if (this.isOnline) {
        this.isOnline = false;
        clearTimeout(this.timer);
        this.timer = window.setTimeout(() => void this.watch(), RETRY[0]);
      }
      return [];
    }
    if (error instanceof Refusal && error.status === 401) {
      this.isLocked = true;
      return [];
    }
    if (error instanceof DOMException && error.name === 'AbortError') return [];
    return error instanceof Refusal ? error.problems : [String(error)];
  }

  async start(study: string, set: Record<string, string>): Promise<void> {
    try {
      this.follow(await api.start(study, set));
    } catch (error) {
      this.failed(error).forEach((text) => tell(text, true));
    }
  }

  async cancel(): Promise<void> {
    if (!this.job) return;
    try {
      this.follow(await api.cancel(this.job.id));
    } catch (error) {
      this.failed(error).forEach((text) => tell(text, true));
    }
  }

  forget(): void {
    this.job = null;
    clearTimeout(this.jobTimer);
  }

  private follow(job: Job): void {
    clearTimeout(this.jobTimer);
    const before = this.job?.id === job.id ? this.job.state : null;
    this.job = job;
    if (job.state === 'running') this.jobTimer = window.setTimeout(() => void this.lookAtJob(job.id), JOB_LOOK);
    else if (before === 'running') {
      if (job.state === 'done') tell('The run is finished.'); // of any other end the bar above tells more
      void this.look();
    }
  }

  private async lookAtJob(id: string): Promise<void> {
    try {
      this.follow(await api.job(id));
    } catch (error) {
      this.failed(error).forEach((text) => tell(text, true));
      if (this.job?.state === 'running') this.jobTimer = window.setTimeout(() => void this.lookAtJob(id), 5 * JOB_LOOK);
    }
  }
}

export const server = new Server();
