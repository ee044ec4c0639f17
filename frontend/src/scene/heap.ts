/** Many boxes in one draw: a picture costs by its draws more than by its corners. */

import * as T from 'three';
import type { Box } from '../types';
import { reflections } from './light';

export type Room = Pick<Box, 'x0' | 'x1' | 'y0' | 'y1' | 'z0' | 'z1'>;
export interface Tinted { room: Room; colour: T.Color; opacity: number }

const CUBE = new T.BoxGeometry(1, 1, 1).toNonIndexed();
const EDGES = new T.EdgesGeometry(CUBE);
const [FACES, LINES] = [CUBE, EDGES].map((shape) => shape.getAttribute('position') as T.BufferAttribute) as [T.BufferAttribute, T.BufferAttribute];
const LIT = reflections(CUBE);

/** The corners of a box in the axes of the picture: X forward is -x, Y up is z, Z is y. */
export const volume = (b: Room): T.Box3 => new T.Box3(new T.Vector3(-b.x1, b.z0, b.y0), new T.Vector3(-b.x0, b.z1, b.y1));

/** The ends of the edges of boxes, two by two. */
export function edgesOf(rooms: Room[]): T.Vector3[] {
  return rooms.flatMap((room) => {
    const [middle, size] = [volume(room).getCenter(new T.Vector3()), volume(room).getSize(new T.Vector3())];
    return Array.from({ length: LINES.count }, (_, k) => new T.Vector3().fromBufferAttribute(LINES, k).multiply(size).add(middle));
  });
}

/** Boxes of any number, colours and opacities as one object; `set` keeps its memory from picture to picture. */
export class Heap<O extends T.Mesh | T.LineSegments> {
  private most = 0;

  constructor(readonly object: O, private readonly corner: T.BufferAttribute, private readonly light: T.Color[]) {
    object.frustumCulled = false;
  }

  set(boxes: Tinted[]): void {
    this.object.visible = boxes.length > 0;
    if (!boxes.length) return;
    if (boxes.length > this.most) this.grow(2 * boxes.length);
    const [at, colour] = ['position', 'color'].map((name) => this.object.geometry.getAttribute(name)) as [T.BufferAttribute, T.BufferAttribute];
    const [n, middle, size] = [this.corner.count, new T.Vector3(), new T.Vector3()];
    boxes.forEach(({ room, colour: tint, opacity }, k) => {
      const around = volume(room);
      around.getCenter(middle);
      around.getSize(size);
      for (let v = 0; v < n; v++) {
        const light = this.light[v]!;
        at.setXYZ(k * n + v, middle.x + size.x * this.corner.getX(v), middle.y + size.y * this.corner.getY(v), middle.z + size.z * this.corner.getZ(v));
        colour.setXYZW(k * n + v, tint.r * light.r, tint.g * light.g, tint.b * light.b, opacity);
      }
    });
    at.needsUpdate = colour.needsUpdate = true;
    this.object.geometry.setDrawRange(0, n * boxes.length);
  }

  private grow(most: number): void {
    this.most = most;
    this.object.geometry.dispose();
    this.object.geometry = new T.BufferGeometry();
    for (const [name, width] of [['position', 3], ['color', 4]] as const) {
      this.object.geometry.setAttribute(name, new T.BufferAttribute(new Float32Array(most * this.corner.count * width), width));
    }
  }

  dispose(): void {
    this.object.geometry.dispose();
    (this.object.material as T.Material).dispose();
  }
}

export const UNLIT = LIT.map(() => new T.Color('#ffffff'));

export function solids(material: T.MeshBasicMaterialParameters, light = LIT): Heap<T.Mesh> {
  const matt = new T.MeshBasicMaterial({ vertexColors: true, side: T.DoubleSide, forceSinglePass: true, ...material });
  return new Heap(new T.Mesh(new T.BufferGeometry(), matt), FACES, light);
}

export function wires(material: T.LineBasicMaterialParameters): Heap<T.LineSegments> {
  const line = new T.LineBasicMaterial({ vertexColors: true, transparent: true, ...material });
  return new Heap(new T.LineSegments(new T.BufferGeometry(), line), LINES, UNLIT);
}
