/** The studio's server, typed; every call carries the token of the address that the terminal printed. */

import { held, hold } from './held';
import type { Answer, Comparison, Facts, Job, Page, Question, Run, ServerState, Source, StudyTree } from './types';

const TOKEN = 'wheelbase-token';

/** What the server refused, with all its problems. */
export class Refusal extends Error {
  constructor(readonly status: number, readonly problems: string[], readonly text = '') {
    super(problems.join('\n'));
  }
}

/** The server did not answer at all. */
export class Away extends Error {}

/** Move the token from the address, where it could be copied by mistake, to this browser's store. */
export function adoptToken(): boolean {
  const found = /(?:^#|&)token=([^&]+)/.exec(location.hash);
  if (!found?.[1]) return false;
  hold(TOKEN, decodeURIComponent(found[1]));
  const rest = location.hash.slice(1).replace(/&?token=[^&]+/, '');
  history.replaceState(null, '', location.pathname + (rest ? `#${rest}` : ''));
  return true;
}

async function fetched(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<Response> {
  const headers: Record<string, string> = { 'X-Wheelbase-Token': held(TOKEN) ?? '' };
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  let answer: Response;
  try {
    answer = await fetch(path, { method, headers, signal: signal ?? null, body: body === undefined ? null : JSON.stringify(body) });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new Away(String(error));
  }
  if (answer.ok) return answer;
  const told = (await answer.json().catch(() => ({}))) as { problems?: string[]; text?: string };
  throw new Refusal(answer.status, told.problems ?? [`the server answered ${answer.status}`], told.text);
}

const json = async <A>(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<A> =>
  (await fetched(method, path, body, signal)).json() as Promise<A>;

const name = encodeURIComponent;

export const api = {
  state: (signal?: AbortSignal) => json<ServerState>('GET', '/api/state', undefined, signal),
  study: (id: string, set: Record<string, string>, signal?: AbortSignal) =>
    json<StudyTree>('GET', `/api/studies/${name(id)}?${new URLSearchParams(Object.entries(set).map(([path, value]) => ['set', `${path}=${value}`]))}`, undefined, signal),
  /** With `quick` the shown car alone is driven and priced; while others wait no figures come. */
  live: (question: Question, signal?: AbortSignal, quick = false) => json<Answer>('POST', '/api/live', { ...question, quick }, signal),
  settled: (question: Question, signal?: AbortSignal) => json<Answer>('POST', '/api/settled', question, signal),
  text: (study: string, set: Record<string, string>, as: 'yaml' | 'python') => json<{ text: string }>('POST', '/api/text', { study, set, as }),
  start: (study: string, set: Record<string, string>) => json<Job>('POST', '/api/jobs', { study, set }),
  job: (id: string) => json<Job>('GET', `/api/jobs/${name(id)}`),
  cancel: (id: string) => json<Job>('DELETE', `/api/jobs/${name(id)}`),
  run: (id: string, signal?: AbortSignal) => json<Run>('GET', `/api/runs/${name(id)}`, undefined, signal),
  page: (id: string, signal?: AbortSignal) => json<Page>('GET', `/api/runs/${name(id)}/page`, undefined, signal),
  report: async (id: string) => (await fetched('GET', `/api/runs/${name(id)}/report.html`)).text(),
  compare: (what: { runs: string[] } | { study: string; set: Record<string, string>; platforms: string[] }, signal?: AbortSignal) =>
    json<Comparison>('POST', '/api/compare', what, signal),
  catalogue: (shelf: string, status: string, text: string, page: number, signal?: AbortSignal) =>
    json<Facts>('GET', `/api/catalogue?${new URLSearchParams({ shelf, status, text, page: String(page) })}`, undefined, signal),
  sources: () => json<Source[]>('GET', '/api/sources'),
};
