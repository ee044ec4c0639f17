/** Parts as boxes that are kept from one picture to the next; only place, size and colour change. */

import * as T from 'three';
import { colour, isDark } from '../theme';
import type { Box, Scene } from '../types';
import { struck } from './overlaps';

export const CUBE = new T.BoxGeometry(1, 1, 1);
export const EDGES = new T.EdgesGeometry(CUBE);
export const clashing = (): string => (isDark() ? '#e0523d' : '#c23a28');
const HUGE = 1.6; // m; a keep-out of this size would veil the car: its edges say enough
const HALF = 0.5; // how far other parts fade into the paper while something collides

type Solid = T.Mesh<T.BufferGeometry, T.MeshLambertMaterial>;
type Edge = T.LineSegments<T.BufferGeometry, T.LineBasicMaterial>;
interface Drawn { solid: Solid; edge: Edge; box: Box }
export interface Shown { spaces: boolean; keepouts: boolean; body: boolean; section: boolean; names: boolean }

/** Put a unit cube where a box lies: X forward is -x, Y up is z, Z is y. */
export function lay(object: T.Object3D, b: Pick<Box, 'x0' | 'x1' | 'y0' | 'y1' | 'z0' | 'z1'>): void {
  object.position.set(-(b.x0 + b.x1) / 2, (b.z0 + b.z1) / 2, (b.y0 + b.y1) / 2);
  object.scale.set(b.x1 - b.x0, b.z1 - b.z0, b.y1 - b.y0);
}

/** The corners of a box in the axes of the picture. */
export const volume = (b: Box): T.Box3 => new T.Box3(new T.Vector3(-b.x1, b.z0, b.y0), new T.Vector3(-b.x0, b.z1, b.y1));

export class Parts {
  readonly group = new T.Group();
  private readonly pool = new Map<string, Drawn>();
  private readonly unlit = new T.Color();
  private lit: Drawn | null = null;

  paint(s: Scene, shown: Shown): void {
    for (const { solid, edge } of this.pool.values()) solid.visible = edge.visible = false;
    this.lit = null;
    const hit = struck(s);
    const paper = new T.Color(colour('--panel'));
    const line = isDark() ? '#0b1218' : '#16222e';
    const kept = s.keepouts.map((b, k) => ({ ...b, kind: 'keepout', id: `keep ${k} ${b.id}` }));
    for (const b of [...s.boxes, ...kept]) {
      const { solid, edge } = this.part(b);
      const [keep, bad] = [b.kind === 'keepout', hit.has(b.number) && b.kind !== 'keepout'];
      const pale = b.space || keep;
      lay(solid, b);
      lay(edge, b);
      solid.material.color.set(bad || keep ? clashing() : b.colour);
      if (hit.size && !bad && !pale) solid.material.color.lerp(paper, HALF);
      solid.material.emissive.set(bad ? '#4a0d06' : '#000000');
      solid.material.opacity = keep ? (b.x1 - b.x0 > HUGE || b.y1 - b.y0 > HUGE ? 0 : 0.05) : b.kind === 'cabin' ? 0.04 : b.space ? 0.12 : 1; // the cabin holds all the rest
      edge.material.color.set(bad ? '#2a0703' : keep ? clashing() : line);
      edge.material.opacity = bad ? 1 : pale ? 0.26 : 0.55;
      solid.visible = edge.visible = keep ? shown.keepouts : !b.space || shown.spaces;
    }
  }

  private part(b: Box): Drawn {
    const key = `${b.kind} ${b.id}`;
    let found = this.pool.get(key);
    if (!found) {
      const pale = b.space || b.kind === 'keepout';
      const solid = new T.Mesh(CUBE, new T.MeshLambertMaterial({ transparent: pale, depthWrite: !pale, side: T.DoubleSide, forceSinglePass: true }));
      solid.renderOrder = pale ? 2 : 0;
      const edge = new T.LineSegments(EDGES, new T.LineBasicMaterial({ transparent: true }));
      found = { solid, edge, box: b };
      this.pool.set(key, found);
      this.group.add(solid, edge);
    }
    found.box = b;
    return found;
  }

  /** The part under the pointer; matter goes before the rooms around it. */
  under(ray: T.Raycaster): Box | null {
    const solids = [...this.pool.values()].filter((p) => p.solid.visible && p.box.kind !== 'keepout');
    const hits = ray.intersectObjects(solids.map((p) => p.solid), false).map((h) => solids.find((p) => p.solid === h.object));
    return (hits.find((p) => !p?.box.space) ?? hits[0])?.box ?? null;
  }

  /** Make one part stand out; returns whether the picture changed. */
  light(box: Box | null): boolean {
    const next = box ? (this.pool.get(`${box.kind} ${box.id}`) ?? null) : null;
    if (next === this.lit) return false;
    this.lit?.solid.material.emissive.copy(this.unlit);
    if (next) {
      this.unlit.copy(next.solid.material.emissive);
      next.solid.material.emissive.copy(next.solid.material.color).multiplyScalar(0.35);
    }
    this.lit = next;
    return true;
  }

  dispose(): void {
    for (const { solid, edge } of this.pool.values()) {
      solid.material.dispose();
      edge.material.dispose();
    }
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
    const points: T.Vector3[] = [];
    const place = new T.Object3D();
    const corner = EDGES.attributes.position as T.BufferAttribute;
    for (const b of s.boxes.filter((box) => !box.space)) {
      lay(place, b);
      place.updateMatrix();
      for (let k = 0; k < corner.count; k++) points.push(new T.Vector3().fromBufferAttribute(corner, k).applyMatrix4(place.matrix));
    }
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
