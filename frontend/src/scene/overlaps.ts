/** Where parts collide: the volume that two of them share, or the length that a hard point lacks. */

import type { Clash, Scene } from '../types';
import type { Room } from './heap';

export interface Overlap { room: Room; mm: number; clash: number }

const LEAST = 0.0015; // m; what touches does not collide

function common(a: Room, b: Room): Room | null {
  const found = {
    x0: Math.max(a.x0, b.x0), x1: Math.min(a.x1, b.x1),
    y0: Math.max(a.y0, b.y0), y1: Math.min(a.y1, b.y1),
    z0: Math.max(a.z0, b.z0), z1: Math.min(a.z1, b.z1),
  };
  return Math.min(found.x1 - found.x0, found.y1 - found.y0, found.z1 - found.z0) > LEAST ? found : null;
}

/** Kinds that set a hard point, and so are in the way where it is short. */
const CAUSES: Record<string, string[]> = {
  L104: ['engine', 'transaxle', 'drive_unit', 'cooler'],
  x_fw: ['engine', 'sump', 'bell_housing', 'transaxle', 'drive_unit', 'gearbox'],
  L101: ['battery', 'cell_block'],
  L105: ['drive_unit', 'silencer', 'spare'],
};
const NEAR = 0.3; // m from the hard point; what lies farther does not set it

const planeOf = (s: Scene, hardPoint: string): number | undefined => {
  const h = s.hard_points;
  return { L104: -(h.L104 ?? 0.8), x_fw: h.x_fw ?? 0.5, L101: s.wheelbase, L105: s.wheelbase + (h.L105 ?? 0.9) }[hardPoint];
};

/** The numbers of all parts that collide: those named, or those that set the hard point that is short. */
export function struck(s: Scene): Set<number> {
  return new Set(s.clashes.flatMap((clash) => {
    const plane = planeOf(s, clash.hard_point);
    if (clash.parts.length || plane === undefined) return clash.parts;
    return s.boxes.filter((b) => CAUSES[clash.hard_point]?.includes(b.kind) && b.x0 < plane + NEAR && b.x1 > plane - NEAR).map((b) => b.number);
  }));
}

/** The slab of the car that a hard point is short of: its thickness is the missing length. */
function lacking(s: Scene, clash: Clash): Room | null {
  const size = clash.short_by_mm / 1000;
  const plane = planeOf(s, clash.hard_point);
  if (plane === undefined) return null;
  const x0 = clash.hard_point === 'L104' ? plane - size : plane;
  const half = 0.42 * s.body.W103;
  return { x0, x1: x0 + size, y0: -half, y1: half, z0: s.body.H156, z1: 0.62 * s.body.H100 };
}

/** All places of a car where something collides. */
export function overlaps(s: Scene): Overlap[] {
  return s.clashes.flatMap((clash, k) => {
    const hit = s.boxes.filter((b) => clash.parts.includes(b.number));
    const rooms: Room[] = hit.flatMap((a, i) => hit.slice(i + 1).flatMap((b) => common(a, b) ?? []));
    if (!rooms.length) {
      const others = [...s.boxes.filter((b) => !clash.parts.includes(b.number) && !b.space), ...s.keepouts];
      rooms.push(...hit.flatMap((a) => others.flatMap((b) => common(a, b) ?? [])));
    }
    const slab = lacking(s, clash);
    if (slab) rooms.push(slab);
    return rooms.map((room) => ({ room, mm: clash.short_by_mm, clash: k }));
  });
}
