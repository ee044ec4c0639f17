/** Shapes of the studio's own server; lengths of cars in m, all else with its unit beside it. */

import type { Embedded, Figure, Scene } from '../types';

export interface Quantity { value: number; unit: string; low: number | null; high: number | null; status: string }

export interface Knob {
  path: string; label: string; meaning: string;
  group: 'platform' | 'body' | 'powertrain';
  of: string; unit: string; value: number | null; given: boolean;
  low: number; high: number; step: number;
}

export interface PlatformPlan { label: string; kind: string; layout: string; floor: string; bodies: string[]; powertrains: string[] }

export interface StudyTree {
  name: string; title: string; question: string;
  base: { date: string; currency: string; seed: number };
  bodies: Record<string, { label: string } | string>;
  powertrains: Record<string, { label: string; kind: string }>;
  platforms: Record<string, PlatformPlan>;
  pair: { flexible: string; bespoke: string; electric: string } | null;
  cycles: string[]; warnings: string[]; knobs: Knob[];
  /** The same word as that of a run which was made of this study with these changes. */
  inputs: string;
}

export interface StudyItem { id: string; title: string; question: string; bundled: boolean; problems: string[] }
export interface RunItem { id: string; kind: 'run' | 'sweep'; name: string; title: string; study: string; when: string; state: string; sentence: string; inputs?: string; problems: string[] }

export interface Job {
  id: string; state: 'running' | 'done' | 'failed' | 'cancelled'; stage: string;
  done: number; total: number; seconds: number; lines: string[]; run: string | null; problems: string[];
}

export interface ServerState { version: string; folder: string; study: string | null; studies: StudyItem[]; runs: RunItem[]; job: Job | null }

export interface Conflict { requirement: string; short_by_mm: number; text: string; remedy: string }
export interface Repair { hard_point: string; change_mm: number | null }
export interface Explanation {
  requirements: string[]; short_by_mm: number; text: string;
  cheapest: { requirement: string; mm: number }[]; repairs: Repair[];
}

export interface Trace { cycle: string; time_s: number[]; speed_kmh: number[]; power_kw: number[]; [series: string]: string | number[] }

export interface Variant {
  platform: string; platform_kind: string; body: string; body_label: string; powertrain: string; powertrain_label: string; kind: string;
  fits: boolean; status: string; tools: string[]; reasons: string[]; conflicts: Conflict[]; explanation: Explanation | null;
  figures: Record<string, Quantity>;
  fit?: { hard_points: Record<string, number>; wheelbase: number };
  masses?: Record<string, number>; consumption?: Record<string, Quantity>; trace?: Trace | null; missed?: string[];
  /** It fits by the chains and was not driven by this answer: what it misses is not known, or that of an older position. */
  waits?: boolean;
}

export interface Driver { hard_point: string; meaning: string; value_mm: number; powertrain: string; rule: string; runner_up: string | null; margin_mm: number | null }
export interface PlatformFit { kind: string; label: string; floor: string; layout: string; bodies: string[]; drivers: Driver[]; tools: Record<string, string[][]> }
export interface Bill { year: number; base_year: number; total: Quantity }

export interface LiveTree {
  variants: Record<string, Variant>; platforms: Record<string, PlatformFit>; bills: Record<string, Bill>; problems: string[];
}

export interface Question { study: string; set: Record<string, string>; body: string; platforms: string[]; variant: string; ghost: string | null }
export interface Answer { tree: LiveTree; scene: Scene | null; ghost: Scene | null; figures: Record<string, Figure>; problems: string[]; ms: number }

export interface Row { label: string; unit: string; values: (number | string | null)[]; low: (number | string | null)[]; high: (number | string | null)[] }
export interface Comparison { columns: string[]; inputs: Row[]; results: Row[]; causes: Figure | Record<string, Figure> | null }

export interface Assumption { path: string; value: string; low?: string; high?: string; note?: string; status?: string }
export interface Run {
  id: string; title: string; base: { date: string; currency: string };
  answer: { sentence?: string; verdict?: string; confidence?: string };
  figures: Record<string, Figure>; assumptions: Assumption[]; manifest: Record<string, unknown>;
}
export interface Page extends Embedded { title: string; body: string }

export interface Fact { shelf: string; id: string; field: string; value: string; unit: string; source: string; page: string; status: string; place: string }
export interface Facts { shelves: { id: string; count: number }[]; total: number; rows: Fact[] }
export interface Source { id: string; title: string; text: string; url?: string }
