/** The parts of a car as boxes: matter, the rooms around it, and the edges of both, each in one draw. */

import * as T from 'three';
import { colour, isDark } from '../theme';
import type { Box, Scene } from '../types';
import { edgesOf, solids, volume, wires, type Tinted } from './heap';
import { struck } from './overlaps';

export const clashing = (): string => (isDark() ? '#e0523d' : '#c23a28');
const HUGE = 1.6; // m; a keep-out of this size would veil the car: its edges say enough
const HALF = 0.5; // how far other parts fade into the paper while something collides
const GLOW = new T.Color('#4a0d06'); // of what collides
const LIGHTER = 1.35; // how much a part under the pointer stands out

export interface Shown { spaces: boolean; keepouts: boolean; body: boolean; section: boolean; names: boolean }
interface Part { box: Box; keep: boolean; pale: boolean; bad: boolean }

export class Parts {
  readonly group = new T.Group();
  private readonly matter = solids({});
  private readonly air = solids({ transparent: true, depthWrite: false });
  private readonly edge = wires({});
  private parts: Part[] = [];
  private fades = false;
  private lit: number | null = null;

  constructor() {
    [this.edge, this.air].forEach((heap, k) => (heap.object.renderOrder = [1, 3][k]!));
    this.group.add(this.matter.object, this.air.object, this.edge.object);
  }

  paint(s: Scene, shown: Shown): void {
    const hit = struck(s);
    const matter = s.boxes.filter((b) => !b.space || shown.spaces).map((box) => ({ box, keep: false, pale: box.space, bad: hit.has(box.number) }));
    const kept = shown.keepouts ? s.keepouts.map((box) => ({ box, keep: true, pale: true, bad: false })) : [];
    this.parts = [...matter, ...kept];
    this.fades = hit.size > 0;
    this.lit = null;
    this.fill();
  }

  private fill(): void {
    const paper = new T.Color(colour('--panel'));
    const [bad, line, badLine] = [clashing(), isDark() ? '#0b1218' : '#16222e', '#2a0703'];
    const face = (part: Part): Tinted => {
      const { box, keep, pale } = part;
      const tint = new T.Color(keep || part.bad ? bad : box.colour);
      if (this.fades && !part.bad && !pale) tint.lerp(paper, HALF);
      if (part.bad) tint.add(GLOW);
      if (!keep && box.number === this.lit) tint.multiplyScalar(LIGHTER);
      const isHuge = box.x1 - box.x0 > HUGE || box.y1 - box.y0 > HUGE;
      return { room: box, colour: tint, opacity: keep ? (isHuge ? 0 : 0.05) : box.kind === 'cabin' ? 0.04 : pale ? 0.12 : 1 }; // the cabin holds all the rest
    };
    const border = ({ box, keep, pale, bad: hit }: Part): Tinted =>
      ({ room: box, colour: new T.Color(hit ? badLine : keep ? bad : line), opacity: hit ? 1 : pale ? 0.26 : 0.55 });
    this.matter.set(this.parts.filter((p) => !p.pale).map(face));
    this.air.set(this.parts.filter((p) => p.pale).map(face));
    this.edge.set(this.parts.map(border));
  }

  /** The part under the pointer; matter goes before the rooms around it. */
  under(ray: T.Ray): Box | null {
    const at = new T.Vector3();
    const hits = this.parts.filter((p) => !p.keep).flatMap(({ box }) => {
      const found = ray.intersectBox(volume(box), at);
      return found ? [{ box, far: found.distanceTo(ray.origin) }] : [];
    });
    hits.sort((a, b) => Number(a.box.space) - Number(b.box.space) || a.far - b.far);
    return hits[0]?.box ?? null;
  }

  /** Make one part stand out; returns whether the picture changed. */
  light(box: Box | null): boolean {
    const next = box?.number ?? null;
    if (next === this.lit) return false;
    this.lit = next;
    this.fill();
    return true;
  }

  dispose(): void {
    [this.matter, this.air, this.edge].forEach((heap) => heap.dispose());
  }
}

/** Another car as dashed edges: one object, made anew only when that car changes. */
export class Ghost {
  readonly line = new T.LineDashedMaterial({ dashSize: 0.07, gapSize: 0.045, transparent: true, opacity: 0.9 });
  readonly object = new T.LineSegments(new T.BufferGeometry(), this.line);
  private key = '';

  update(s: Scene | null | undefined): void {
    this.object.visible = Boolean(s);
    if (!s) return;
    const key = JSON.stringify([s.outline, s.boxes.map((b) => [b.x0, b.x1, b.y0, b.y1, b.z0, b.z1])]);
    if (key === this.key) return;
    this.key = key;
    const points = edgesOf(s.boxes.filter((box) => !box.space));
    s.outline.forEach(([x, z], k) => {
      const [nx, nz] = s.outline[(k + 1) % s.outline.length]!;
      points.push(new T.Vector3(-x, z, 0), new T.Vector3(-nx, nz, 0));
    });
    this.object.geometry.dispose();
    this.object.geometry = new T.BufferGeometry().setFromPoints(points);
    this.object.computeLineDistances();
  }

  dispose(): void {
    this.object.geometry.dispose();
    this.line.dispose();
  }
}
