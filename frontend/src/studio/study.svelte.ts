/** The open study and which of its cars is shown. */

import { api, Refusal } from './api';
import { server } from './server.svelte';
import { address } from './state.svelte';
import type { Knob, Question, StudyTree } from './types';

type Range = Pick<Knob, 'low' | 'high' | 'step'>;

/** A variant's name in its parts: powertrain@platform.body. */
export function parted(id: string): { powertrain: string; platform: string; body: string } {
  const [powertrain = '', rest = ''] = id.split('@');
  const dot = rest.lastIndexOf('.');
  return { powertrain, platform: rest.slice(0, dot), body: rest.slice(dot + 1) };
}

export const joined = (powertrain: string, platform: string, body: string): string => `${powertrain}@${platform}.${body}`;

class Study {
  tree = $state.raw<StudyTree | null>(null);
  problems = $state.raw<string[]>([]);
  text = $state('');
  isLoading = $state(false);
  /** What the study with its present changes goes by; empty until the server has said it. */
  inputs = $state('');
  private ranges = $state.raw<Record<string, Range>>({});
  private loading: AbortController | null = null;

  async open(id: string): Promise<void> {
    this.loading?.abort();
    const own = (this.loading = new AbortController());
    if (this.tree?.name !== id) this.tree = null;
    this.isLoading = true;
    try {
      this.tree = await api.study(id, {}, own.signal);
      this.problems = [];
      server.heard();
    } catch (error) {
      if (own.signal.aborted) return;
      this.tree = null;
      this.problems = server.failed(error);
      this.text = error instanceof Refusal ? error.text : '';
    }
    this.isLoading = false;
  }

  /** Ask what the present changes do to the ranges of the knobs, and what they make of the study. */
  async refresh(id: string, set: Record<string, string>, signal: AbortSignal): Promise<void> {
    try {
      const found = await api.study(id, set, signal);
      this.inputs = found.inputs;
      this.ranges = Object.fromEntries(found.knobs.map((k) => [k.path, { low: k.low, high: k.high, step: k.step }]));
    } catch {
      if (!signal.aborted) this.inputs = ''; // the live answer says what is refused
    }
  }

  /** The car that is shown: the address's if the study has it, else the pair's electric one. */
  get shown(): { powertrain: string; platform: string; body: string } | null {
    const tree = this.tree;
    if (!tree) return null;
    const asked = parted(address.variant ?? '');
    const pair = tree.pair;
    const first = pair?.flexible ?? Object.keys(tree.platforms)[0];
    const platform = tree.platforms[asked.platform] ? asked.platform : first;
    const plan = platform === undefined ? undefined : tree.platforms[platform];
    if (!platform || !plan) return null;
    const choose = (all: string[], ...wanted: (string | null | undefined)[]): string => wanted.find((w) => w && all.includes(w)) ?? all[0] ?? '';
    return {
      platform,
      body: choose(plan.bodies, address.body, asked.body),
      powertrain: choose(plan.powertrains, asked.powertrain, pair?.electric),
    };
  }

  /** A platform of another kind in the same body, with the powertrain nearest to the shown one. */
  get twin(): string | null {
    const [tree, shown] = [this.tree, this.shown];
    if (!tree || !shown) return null;
    const own = tree.platforms[shown.platform]!.kind;
    const others = Object.entries(tree.platforms).filter(([, p]) => p.kind !== own && p.bodies.includes(shown.body));
    const [platform, plan] = others.find(([, p]) => p.powertrains.includes(shown.powertrain)) ?? others[0] ?? [];
    if (!platform || !plan) return null;
    const powertrain = [shown.powertrain, tree.pair?.electric].find((p) => p && plan.powertrains.includes(p)) ?? plan.powertrains[0]!;
    return joined(powertrain, platform, shown.body);
  }

  /** What to ask the server for the present picture. */
  get question(): Question | null {
    const [shown, twin] = [this.shown, this.twin];
    if (!this.tree || !address.study || !shown) return null;
    const platforms = [shown.platform, ...(twin ? [parted(twin).platform] : [])];
    return {
      study: address.study, set: address.set, body: shown.body, platforms,
      variant: joined(shown.powertrain, shown.platform, shown.body),
      ghost: twin && address.shown.includes('ghost') ? twin : null,
    };
  }

  /** The knobs of the shown car. */
  get knobs(): Knob[] {
    const shown = this.shown;
    return shown ? (this.tree?.knobs ?? []).filter((k) => k.of === shown[k.group]).map((k) => ({ ...k, ...this.ranges[k.path] })) : [];
  }

  /** The knob of a hard point of the shown platform or body. */
  knobOf(hardPoint: string): Knob | undefined {
    return this.knobs.find((k) => k.path.endsWith(`.${hardPoint}`));
  }

  show(platform: string, body?: string, powertrain?: string): void {
    const now = this.shown;
    const plan = this.tree?.platforms[platform];
    if (!now || !plan) return;
    const next = body ?? (plan.bodies.includes(now.body) ? now.body : plan.bodies[0]!);
    const unit = powertrain ?? (plan.powertrains.includes(now.powertrain) ? now.powertrain : plan.powertrains[0]!);
    address.body = next;
    address.variant = joined(unit, platform, next);
  }

  bodyLabel(id: string): string {
    const body = this.tree?.bodies[id];
    return (typeof body === 'string' ? body : body?.label) ?? id;
  }

  label(powertrain: string): string {
    return this.tree?.powertrains[powertrain]?.label ?? powertrain;
  }
}

export const study = new Study();
