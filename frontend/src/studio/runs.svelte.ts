/** The run that is looked at: the address's, else the newest of the open study, else the newest. */

import { madeWith, server } from './server.svelte';
import { address } from './state.svelte';
import type { RunItem } from './types';

export function shownRun(): RunItem | undefined {
  const readable = server.runs.filter((r) => !r.problems.length).sort((a, b) => b.when.localeCompare(a.when));
  return readable.find((r) => r.id === address.run) ?? readable.find((r) => r.study === address.study) ?? readable[0];
}

const sorted = (set: Record<string, string>): string => JSON.stringify(Object.entries(set).sort());

/** Whether a run was made with other changes, or of another study, than those at hand. */
export const isStale = (run: RunItem): boolean => run.study !== address.study || sorted(madeWith(run.id)) !== sorted(address.set);
