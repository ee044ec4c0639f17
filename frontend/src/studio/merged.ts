/** An answer beside the one before: cars that wait to be driven keep what their last drive said, and say so. */

import type { Answer, Bill, Variant } from './types';

export const isWhole = (answer: Answer): boolean => !Object.values(answer.tree.variants).some((car) => car.waits);

/** What is the same as before, as the same object, so that nothing is drawn again for it. */
const kept = <A>(now: A, before: A): A => (JSON.stringify(now) === JSON.stringify(before) ? before : now);

/** The new answer; of cars that wait with verdicts, figures and bills of the one before. */
export function merged(found: Answer, before: Answer | null): Answer {
  if (!before) return found;
  const pictures = { scene: kept(found.scene, before.scene), ghost: kept(found.ghost, before.ghost) };
  if (isWhole(found)) return { ...found, ...pictures };
  const variants: Record<string, Variant> = {};
  const bills: Record<string, Bill> = { ...found.tree.bills };
  for (const [id, car] of Object.entries(found.tree.variants)) {
    const [old, bill] = [before.tree.variants[id], before.tree.bills[id]];
    const isKnown = car.waits && old?.fits;
    variants[id] = isKnown ? { ...car, figures: { ...old.figures, ...car.figures }, missed: old.missed ?? [] } : car;
    if (isKnown && bill) bills[id] = bill;
  }
  return { ...found, ...pictures, tree: { ...found.tree, variants, bills }, figures: before.figures };
}
