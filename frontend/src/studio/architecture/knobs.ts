/** Where a knob stands that nobody turned. */

import { live } from '../live.svelte';
import { tidy } from '../numbers';
import type { Knob } from '../types';

/** A knob in words. */
export const nameOf = (knob: Knob): string => knob.meaning || knob.label;

/** The study's value, or, for a hard point that is not given, where the chains put it. */
export function rest(knob: Knob): number | null {
  if (knob.given) return knob.value;
  const code = knob.path.split('.').at(-1) ?? '';
  const car = live.answer?.tree.variants[live.question?.variant ?? ''];
  const metres = car && (car.platform === knob.of || knob.group !== 'platform') ? car.fit?.hard_points[code] : undefined;
  if (metres !== undefined && knob.unit === 'mm') return tidy(metres * 1000);
  return live.answer?.tree.platforms[knob.of]?.drivers.find((d) => d.hard_point === code)?.value_mm ?? knob.value;
}
