/** Where the camera stands: sides that fill the canvas, and flights between them. */

import * as T from 'three';

export type Side = 'angle' | 'side' | 'top' | 'front';
export interface Stand { position: T.Vector3; target: T.Vector3 }

const FROM: Record<Side, [number, number, number]> = {
  angle: [0.8, 0.42, 0.96], side: [0, 0.05, 1], top: [0, 1, 0.001], front: [1, 0.08, 0.0001],
};
const FLIGHT = 420; // ms
const FILL = 0.88; // share of the canvas that the car takes

export const direction = (side: Side): T.Vector3 => new T.Vector3(...FROM[side]).normalize();

/** Return where to stand to see all points from a direction, centred and as near as can be. */
export function stand(camera: T.PerspectiveCamera, points: T.Vector3[], from: T.Vector3): Stand {
  const right = new T.Vector3().crossVectors(camera.up, from).normalize();
  const up = new T.Vector3().crossVectors(from, right);
  const high = Math.tan((camera.fov * Math.PI) / 360) * FILL;
  const wide = high * camera.aspect;
  const target = new T.Box3().setFromPoints(points).getCenter(new T.Vector3());
  const local = (p: T.Vector3): [number, number, number] => {
    const d = p.clone().sub(target);
    return [d.dot(right), d.dot(up), d.dot(from)];
  };
  let away = 1;
  for (let round = 0; round < 4; round++) {
    away = Math.max(...points.map(local).map(([a, b, c]) => Math.max(Math.abs(a) / wide, Math.abs(b) / high) + c));
    const seen = points.map(local).map(([a, b, c]) => [a / (away - c), b / (away - c)] as const);
    const middle = (k: 0 | 1): number => (Math.max(...seen.map((s) => s[k])) + Math.min(...seen.map((s) => s[k]))) / 2;
    target.addScaledVector(right, middle(0) * away).addScaledVector(up, middle(1) * away);
  }
  return { position: target.clone().addScaledVector(from, away), target };
}

const isStill = matchMedia('(prefers-reduced-motion: reduce)');

/** A camera on its way; `step` moves it and says whether it goes on. */
export class Flight {
  private start = 0;
  private from: [T.Spherical, T.Vector3] | null = null;
  private to: [T.Spherical, T.Vector3] | null = null;

  constructor(private readonly camera: T.Camera, private readonly target: T.Vector3) {}

  go(end: Stand, atOnce: boolean): void {
    if (atOnce || isStill.matches) {
      this.stop();
      this.camera.position.copy(end.position);
      this.target.copy(end.target);
      return;
    }
    const ball = (position: T.Vector3, target: T.Vector3): T.Spherical => new T.Spherical().setFromVector3(position.clone().sub(target));
    this.from = [ball(this.camera.position, this.target), this.target.clone()];
    this.to = [ball(end.position, end.target), end.target.clone()];
    const turn = this.to[0].theta - this.from[0].theta;
    this.to[0].theta -= 2 * Math.PI * Math.round(turn / (2 * Math.PI)); // the short way round
    this.start = performance.now();
  }

  step(now: number): boolean {
    if (!this.from || !this.to) return false;
    const share = Math.min(1, Math.max(0, (now - this.start) / FLIGHT));
    const k = share * share * (3 - 2 * share);
    const [a, b] = [this.from[0], this.to[0]];
    const mix = (x: number, y: number): number => x + (y - x) * k;
    this.target.lerpVectors(this.from[1], this.to[1], k);
    this.camera.position.setFromSpherical(new T.Spherical(mix(a.radius, b.radius), mix(a.phi, b.phi), mix(a.theta, b.theta))).add(this.target);
    if (share >= 1) this.stop();
    return true;
  }

  stop(): void {
    this.from = this.to = null;
  }
}
