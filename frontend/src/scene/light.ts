/** Sun and sky on flat faces, reckoned once a corner: cheaper than light in every pixel, and the same. */

import * as T from 'three';

const SUN = new T.Vector3(4, 9, 6).normalize();
const [SKY, GROUND] = [new T.Color('#ffffff'), new T.Color('#8d99a4')];
const STRENGTH = 1.9; // of each

/** Return by how much a matt face of this normal reflects each colour (Lambert, under a hemisphere and a sun). */
export function reflected(normal: T.Vector3): T.Color {
  const sky = new T.Color().lerpColors(GROUND, SKY, 0.5 + 0.5 * normal.y);
  const sun = Math.max(0, normal.dot(SUN));
  return sky.addScalar(sun).multiplyScalar(STRENGTH / Math.PI);
}

/** Return the same for a pane that reflects with both its sides: the brighter one is the one that is seen. */
export function reflectedByPane(normal: T.Vector3): T.Color {
  const [front, back] = [reflected(normal), reflected(normal.clone().negate())];
  return front.r > back.r ? front : back;
}

/** Return what a face reflects for each corner of a shape. */
export function reflections(shape: T.BufferGeometry): T.Color[] {
  const normal = shape.getAttribute('normal') as T.BufferAttribute;
  return Array.from({ length: normal.count }, (_, k) => reflected(new T.Vector3().fromBufferAttribute(normal, k)));
}
