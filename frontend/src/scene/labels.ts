/** Words beside the things they name: placed anew with each picture, none over another. */

import * as T from 'three';

export interface Label { text: string; at: T.Vector3; bad: boolean }

const CHARACTER = 6.6; // px, about the width of one at 12 px
const HIGH = 20; // px

export class Labels {
  private readonly items: HTMLElement[] = [];
  private labels: Label[] = [];

  constructor(private readonly place: HTMLElement) {}

  set(labels: Label[]): void {
    this.labels = [...labels].sort((a, b) => Number(b.bad) - Number(a.bad));
    while (this.items.length < labels.length) {
      const made = document.createElement('div');
      made.setAttribute('aria-hidden', 'true');
      this.place.append(made);
      this.items.push(made);
    }
    this.items.forEach((item, k) => {
      const label = this.labels[k];
      item.hidden = !label;
      item.className = label?.bad ? 'scene-label bad' : 'scene-label';
      item.textContent = label?.text ?? '';
    });
  }

  /** Move each label to where its point is seen; one that would cover another is not shown. */
  follow(camera: T.Camera, width: number, height: number): void {
    const taken: [number, number, number][] = [];
    this.labels.forEach((label, k) => {
      const item = this.items[k]!;
      const seen = label.at.clone().project(camera);
      const half = (label.text.length * CHARACTER + 14) / 2;
      const x = Math.min(Math.max(((seen.x + 1) / 2) * width, half), width - half);
      const y = ((1 - seen.y) / 2) * height;
      const free = taken.every(([a, b, w]) => Math.abs(a - x) > half + w || Math.abs(b - y) > HIGH);
      item.hidden = !free || seen.z > 1;
      if (item.hidden) return;
      taken.push([x, y, half]);
      item.style.transform = `translate(-50%,-50%) translate(${x.toFixed(1)}px,${y.toFixed(1)}px)`;
    });
  }
}
