/** The run that is looked at: the address's, else that of the present inputs, else the newest of the open study, else the newest. */

import { server } from './server.svelte';
import { address } from './state.svelte';
import { study } from './study.svelte';
import type { RunItem } from './types';

/** With `sweeps` those are looked at too: they have a report, but no answer. */
export function shownRun(sweeps = false): RunItem | undefined {
  const readable = server.runs.filter((r) => !r.problems.length && (sweeps || r.kind === 'run')).sort((a, b) => b.when.localeCompare(a.when));
  const own = readable.filter((r) => r.study === address.study);
  return readable.find((r) => r.id === address.run) ?? own.find((r) => study.inputs && r.inputs === study.inputs) ?? readable.find((r) => r.study === address.study) ?? readable[0];
}

/** Whether a run was made of another study than the open one, or with other changes; what is not known is not said. */
export const isStale = (run: RunItem): boolean =>
  run.study !== address.study || Boolean(run.inputs && study.inputs && run.inputs !== study.inputs);
