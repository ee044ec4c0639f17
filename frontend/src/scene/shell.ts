/** The car around its parts: glass body, wheels, and a soft shadow on the ground. */

import * as T from 'three';
import { colour, isDark } from '../theme';
import type { Scene } from '../types';

const WHEEL = new T.CylinderGeometry(1, 1, 1, 40).rotateX(Math.PI / 2);
const TYRE_WIDTH = 0.22; // m, as drawn in the side views

function shapeOf(points: [number, number][]): T.Shape {
  return new T.Shape(points.map(([x, z]) => new T.Vector2(-x, z)));
}

/** The body as glass: the outline drawn at both flanks and narrowed at the roof, and its edges. */
export class Shell {
  readonly group = new T.Group();
  private readonly skin = new T.MeshLambertMaterial({ transparent: true, opacity: 0.13, depthWrite: false, side: T.DoubleSide, forceSinglePass: true });
  private readonly pane = new T.MeshLambertMaterial({ transparent: true, opacity: 0.2, depthWrite: false, side: T.DoubleSide, forceSinglePass: true });
  private readonly line = new T.LineBasicMaterial({ transparent: true, opacity: 0.55 });
  private readonly tyre = new T.MeshLambertMaterial();
  private readonly rim = new T.MeshLambertMaterial();
  private key = '';

  recolour(): void {
    this.skin.color.set(isDark() ? '#9fb4c8' : '#6d8296');
    this.pane.color.set(isDark() ? '#cfe2f2' : '#33475b');
    this.line.color.set(colour('--soft'));
    this.tyre.color.set(isDark() ? '#3c4853' : '#232d36');
    this.rim.color.set(isDark() ? '#93a3b0' : '#9aa8b4');
  }

  update(s: Scene): void {
    const key = JSON.stringify([s.outline, s.glass, s.body, s.wheelbase]);
    if (key === this.key) return;
    this.key = key;
    this.clear();
    const half = s.body.W103 / 2;
    const belt = 0.64 * s.body.H100;
    const inset = (z: number): number => (z <= belt ? 0 : (0.17 * half * (z - belt)) / (s.body.H100 - belt));
    const skin = this.loft(s.outline, half, inset);
    this.group.add(new T.Mesh(skin, this.skin));
    for (const side of [-1, 1]) {
      const rim = (points: [number, number][], out: number): T.Vector3[] =>
        points.map(([x, z]) => new T.Vector3(-x, z, side * (half - inset(z) + out)));
      this.group.add(new T.LineLoop(new T.BufferGeometry().setFromPoints(rim(s.outline, 0)), this.line));
      const flat = new T.ShapeGeometry(shapeOf(s.glass));
      const place = flat.attributes.position as T.BufferAttribute;
      for (let k = 0; k < place.count; k++) place.setZ(k, side * (half - inset(place.getY(k)) + 0.004));
      flat.computeVertexNormals();
      this.group.add(new T.Mesh(flat, this.pane));
    }
    this.wheels(s, half);
  }

  private loft(outline: [number, number][], half: number, inset: (z: number) => number): T.BufferGeometry {
    const flank = new T.ShapeGeometry(shapeOf(outline));
    const at = flank.attributes.position as T.BufferAttribute;
    const index = flank.index!;
    const corners: number[] = [];
    const push = (x: number, y: number, side: number): void => void corners.push(x, y, side * (half - inset(y)));
    for (const side of [-1, 1]) {
      for (let k = 0; k < index.count; k++) push(at.getX(index.getX(k)), at.getY(index.getX(k)), side);
    }
    outline.forEach(([x, z], k) => {
      const [nx, nz] = outline[(k + 1) % outline.length]!;
      for (const [px, pz, side] of [[x, z, -1], [nx, nz, -1], [nx, nz, 1], [x, z, -1], [nx, nz, 1], [x, z, 1]] as const) push(-px, pz, side);
    });
    const made = new T.BufferGeometry().setAttribute('position', new T.Float32BufferAttribute(corners, 3));
    made.computeVertexNormals();
    flank.dispose();
    return made;
  }

  private wheels(s: Scene, half: number): void {
    for (const x of [0, s.wheelbase]) {
      for (const side of [-1, 1]) {
        const z = side * (half - 0.02 - TYRE_WIDTH / 2);
        for (const [material, radius, width] of [[this.tyre, s.body.tyre_radius, TYRE_WIDTH], [this.rim, 0.66 * s.body.tyre_radius, TYRE_WIDTH + 0.012]] as const) {
          const wheel = new T.Mesh(WHEEL, material);
          wheel.scale.set(radius, radius, width);
          wheel.position.set(-x, s.body.tyre_radius, z);
          this.group.add(wheel);
        }
      }
    }
  }

  private clear(): void {
    for (const child of [...this.group.children]) {
      this.group.remove(child);
      const made = (child as T.Mesh).geometry;
      if (made !== WHEEL) made.dispose();
    }
  }

  dispose(): void {
    this.clear();
    [this.skin, this.pane, this.line, this.tyre, this.rim].forEach((m) => m.dispose());
  }
}

/** A soft dark patch under the car. */
export function shadow(): T.Mesh<T.PlaneGeometry, T.MeshBasicMaterial> {
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = 128;
  const pen = canvas.getContext('2d');
  if (pen) {
    const shade = pen.createRadialGradient(64, 64, 8, 64, 64, 64);
    shade.addColorStop(0, 'rgba(8,16,24,.5)');
    shade.addColorStop(0.55, 'rgba(8,16,24,.26)');
    shade.addColorStop(1, 'rgba(8,16,24,0)');
    pen.fillStyle = shade;
    pen.fillRect(0, 0, 128, 128);
  }
  const material = new T.MeshBasicMaterial({ map: new T.CanvasTexture(canvas), transparent: true, depthWrite: false });
  return new T.Mesh(new T.PlaneGeometry(1, 1).rotateX(-Math.PI / 2), material);
}

