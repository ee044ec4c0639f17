/** Draws where parts collide. */

import * as T from 'three';
import { solids, UNLIT, wires, type Room } from './heap';
import type { Overlap } from './overlaps';

const THIN = 0.008; // m; a thinner overlap could not be seen
const [INSIDE, BORDER] = [new T.Color('#ffd02e'), new T.Color('#2a0703')];

function thickened(room: Room): Room {
  const grown = (low: number, high: number): [number, number] => {
    const more = Math.max(0, THIN - (high - low)) / 2;
    return [low - more, high + more];
  };
  const [[x0, x1], [y0, y1], [z0, z1]] = [grown(room.x0, room.x1), grown(room.y0, room.y1), grown(room.z0, room.z1)];
  return { x0, x1, y0, y1, z0, z1 };
}

/** Draws overlaps in yellow, within the red parts that share them, through all that lies before them. */
export class Collisions {
  readonly group = new T.Group();
  private readonly fill = solids({ transparent: true, depthTest: false, depthWrite: false, side: T.FrontSide }, UNLIT);
  private readonly line = wires({ depthTest: false });

  constructor() {
    [this.fill, this.line].forEach((heap, k) => (heap.object.renderOrder = 10 + k));
    this.group.add(this.fill.object, this.line.object);
  }

  update(found: Overlap[]): void {
    const rooms = found.map(({ room }) => thickened(room));
    this.fill.set(rooms.map((room) => ({ room, colour: INSIDE, opacity: 0.6 })));
    this.line.set(rooms.map((room) => ({ room, colour: BORDER, opacity: 1 })));
  }

  dispose(): void {
    [this.fill, this.line].forEach((heap) => heap.dispose());
  }
}
