/** Draws where parts collide. */

import * as T from 'three';
import { CUBE, EDGES, lay } from './boxes';
import type { Overlap } from './overlaps';

const THIN = 0.008; // m; a thinner overlap could not be seen

/** Draws overlaps in yellow, within the red parts that share them, through all that lies before them. */
export class Collisions {
  readonly group = new T.Group();
  private readonly fill = new T.MeshBasicMaterial({ transparent: true, color: '#ffd02e', opacity: 0.6, depthTest: false, depthWrite: false });
  private readonly line = new T.LineBasicMaterial({ color: '#2a0703', depthTest: false, transparent: true });
  private readonly pool: [T.Mesh, T.LineSegments][] = [];

  update(found: Overlap[]): void {
    while (this.pool.length < found.length) {
      const pair: [T.Mesh, T.LineSegments] = [new T.Mesh(CUBE, this.fill), new T.LineSegments(EDGES, this.line)];
      pair.forEach((object, k) => (object.renderOrder = 10 + k));
      this.pool.push(pair);
      this.group.add(...pair);
    }
    this.pool.forEach((pair, k) => {
      const room = found[k]?.room;
      for (const object of pair) {
        object.visible = Boolean(room);
        if (!room) continue;
        lay(object, room);
        object.scale.max(new T.Vector3(THIN, THIN, THIN));
      }
    });
  }

  dispose(): void {
    this.fill.dispose();
    this.line.dispose();
  }
}
