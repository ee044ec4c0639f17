/** The car around its parts: glass body, wheels, and a soft shadow on the ground. */

import * as T from 'three';
import { colour, isDark } from '../theme';
import type { Scene } from '../types';
import { reflectedByPane, reflections } from './light';

const WHEEL = new T.CylinderGeometry(1, 1, 1, 40).rotateX(Math.PI / 2).toNonIndexed();
const WHEEL_AT = WHEEL.getAttribute('position') as T.BufferAttribute;
const WHEEL_LIGHT = reflections(WHEEL);
const TYRE_WIDTH = 0.22; // m, as drawn in the side views
const SHADE: [number, number][] = [[0, 0.5], [0.125, 0.5], [0.59, 0.26], [1, 0]]; // radius of the patch, its opacity
const ROUND = 48; // corners

type Flat = [number, number][];

function triangles(points: Flat): T.Vector2[] {
  const shape = new T.ShapeGeometry(new T.Shape(points.map(([x, z]) => new T.Vector2(-x, z)))).toNonIndexed();
  const at = shape.getAttribute('position');
  return Array.from({ length: at.count }, (_, k) => new T.Vector2(at.getX(k), at.getY(k)));
}

/** Triangles of their own colours, in one draw. */
class Skin {
  private readonly at: number[] = [];
  private readonly tint: number[] = [];

  corner(x: number, y: number, z: number, matt: T.Color, light: T.Color, opacity: number): void {
    this.at.push(x, y, z);
    this.tint.push(matt.r * light.r, matt.g * light.g, matt.b * light.b, opacity);
  }

  /** Add panes, three corners a triangle. */
  panes(corners: T.Vector3[], matt: T.Color, opacity: number): void {
    const [flat, triangle] = [new T.Vector3(), new T.Triangle()];
    for (let k = 0; k < corners.length; k += 3) {
      const [a, b, c] = [corners[k]!, corners[k + 1]!, corners[k + 2]!];
      const light = reflectedByPane(triangle.set(a, b, c).getNormal(flat));
      for (const p of [a, b, c]) this.corner(p.x, p.y, p.z, matt, light, opacity);
    }
  }

  into(mesh: T.Mesh): void {
    mesh.geometry.dispose();
    mesh.geometry = new T.BufferGeometry()
      .setAttribute('position', new T.Float32BufferAttribute(this.at, 3))
      .setAttribute('color', new T.Float32BufferAttribute(this.tint, 4));
  }
}

/** The body as glass: the outline drawn at both flanks and narrowed at the roof, its edges, and the wheels. */
export class Shell {
  readonly group = new T.Group();
  private readonly glass = new T.Mesh(new T.BufferGeometry(), new T.MeshBasicMaterial({ vertexColors: true, transparent: true, depthWrite: false, side: T.DoubleSide, forceSinglePass: true }));
  private readonly wheels = new T.Mesh(new T.BufferGeometry(), new T.MeshBasicMaterial({ vertexColors: true }));
  private readonly edge = new T.LineSegments(new T.BufferGeometry(), new T.LineBasicMaterial({ transparent: true, opacity: 0.55 }));
  private key = '';

  constructor() {
    this.glass.renderOrder = this.edge.renderOrder = 2;
    this.group.add(this.glass, this.wheels, this.edge);
  }

  update(s: Scene): void {
    const key = JSON.stringify([s.outline, s.glass, s.body, s.wheelbase, isDark()]);
    if (key === this.key) return;
    this.key = key;
    const half = s.body.W103 / 2;
    const belt = 0.64 * s.body.H100;
    const inset = (z: number): number => (z <= belt ? 0 : (0.17 * half * (z - belt)) / (s.body.H100 - belt));
    this.body(s, (x, y, side, out = 0) => new T.Vector3(x, y, side * (half - inset(y) + out)));
    this.rolling(s, half);
  }

  private body(s: Scene, on: (x: number, y: number, side: number, out?: number) => T.Vector3): void {
    const [skin, edges] = [new Skin(), [] as T.Vector3[]];
    const [metal, pane] = (isDark() ? ['#9fb4c8', '#cfe2f2'] : ['#6d8296', '#33475b']).map((c) => new T.Color(c)) as [T.Color, T.Color];
    for (const side of [-1, 1]) {
      const flank = (points: Flat, out: number): T.Vector3[] => triangles(points).map((p) => on(p.x, p.y, side, out));
      skin.panes(flank(s.outline, 0), metal, 0.13);
      skin.panes(flank(s.glass, 0.004), pane, 0.2);
    }
    s.outline.forEach(([x, z], k) => {
      const [nx, nz] = s.outline[(k + 1) % s.outline.length]!;
      const [a, b, c, d] = [on(-x, z, -1), on(-nx, nz, -1), on(-nx, nz, 1), on(-x, z, 1)] as const;
      skin.panes([a, b, c, a, c, d], metal, 0.13);
      edges.push(a, b, d, c);
    });
    skin.into(this.glass);
    this.edge.geometry.dispose();
    this.edge.geometry = new T.BufferGeometry().setFromPoints(edges);
    this.edge.material.color.set(colour('--soft'));
  }

  private rolling(s: Scene, half: number): void {
    const skin = new Skin();
    const [tyre, rim] = (isDark() ? ['#3c4853', '#93a3b0'] : ['#232d36', '#9aa8b4']).map((c) => new T.Color(c)) as [T.Color, T.Color];
    for (const x of [0, s.wheelbase]) {
      for (const side of [-1, 1]) {
        const z = side * (half - 0.02 - TYRE_WIDTH / 2);
        for (const [paint, radius, width] of [[tyre, s.body.tyre_radius, TYRE_WIDTH], [rim, 0.66 * s.body.tyre_radius, TYRE_WIDTH + 0.012]] as const) {
          WHEEL_LIGHT.forEach((light, k) =>
            skin.corner(radius * WHEEL_AT.getX(k) - x, radius * WHEEL_AT.getY(k) + s.body.tyre_radius, width * WHEEL_AT.getZ(k) + z, paint, light, 1));
        }
      }
    }
    skin.into(this.wheels);
  }

  dispose(): void {
    for (const part of [this.glass, this.wheels, this.edge]) {
      part.geometry.dispose();
      part.material.dispose();
    }
  }
}

/** A soft dark patch under the car, of radius 1. */
export function shadow(): T.Mesh<T.BufferGeometry, T.MeshBasicMaterial> {
  const [at, tint]: [number[], number[]] = [[], []];
  const ink = new T.Color('#081018');
  const corner = (ring: number, k: number): void => {
    const [radius, opacity] = SHADE[ring]!;
    const angle = (2 * Math.PI * k) / ROUND;
    at.push(radius * Math.cos(angle), 0, -radius * Math.sin(angle));
    tint.push(ink.r, ink.g, ink.b, opacity);
  };
  for (let ring = 0; ring + 1 < SHADE.length; ring++) {
    for (let k = 0; k < ROUND; k++) {
      for (const [out, turn] of [[0, 0], [1, 0], [1, 1], [0, 0], [1, 1], [0, 1]] as const) corner(ring + out, k + turn);
    }
  }
  const disc = new T.BufferGeometry()
    .setAttribute('position', new T.Float32BufferAttribute(at, 3))
    .setAttribute('color', new T.Float32BufferAttribute(tint, 4));
  return new T.Mesh(disc, new T.MeshBasicMaterial({ vertexColors: true, transparent: true, depthWrite: false }));
}
