/** The 3-D view of a package: parts as boxes in a ghost of the body, one draw per frame. */

import * as T from 'three';
import { OrbitControls } from 'three/addons/controls/OrbitControls.js';
import { Ghost, Parts, type Shown } from './scene/boxes';
import { volume } from './scene/heap';
import { direction, Flight, stand, type Side } from './scene/camera';
import { Collisions } from './scene/collisions';
import { overlaps, struck } from './scene/overlaps';
import { Labels, type Label } from './scene/labels';
import { Shell, shadow } from './scene/shell';
import { colour, isDark, onTheme } from './theme';
import type { Box, Scene } from './types';

export type { Side } from './scene/camera';

export interface PackageView {
  /** Show a car; what it shares with the one before is kept. */
  update(scene: Scene, ghost?: Scene | null): void;
  /** Look from a side. */
  look(side: Side): void;
  /** Move the camera to the parts of these numbers and to where these conflicts lie. */
  focus(numbers: number[], clash?: number): void;
  /** Show or hide rooms for people, keep-outs, the body, names; cut the car open at its middle. */
  show(what: Partial<Shown>): void;
  /** Move nearer (below 1) or away. */
  zoom(factor: number): void;
  /** Draws so far, to test that a frame draws once. */
  draws(): number;
  dispose(): void;
}

const NAMED = 0.012; // m3; smaller parts are named under the pointer only
const REFRAMED = 0.12; // change of the length that moves a camera which nobody turned
const KEYS: Record<string, [number, number]> = { ArrowLeft: [0.12, 0], ArrowRight: [-0.12, 0], ArrowUp: [0, -0.09], ArrowDown: [0, 0.09] };
const CLOSER: Record<string, number> = { '+': 0.88, '=': 0.88, '-': 1.14 };

/** Whether WebGL is drawn by the processor, as on remote desktops: smooth edges would cost a third of a frame. */
function isDrawnInSoftware(): boolean {
  const probe = document.createElement('canvas').getContext('webgl2');
  const named = probe?.getExtension('WEBGL_debug_renderer_info');
  const name = probe && named ? String(probe.getParameter(named.UNMASKED_RENDERER_WEBGL)) : '';
  probe?.getExtension('WEBGL_lose_context')?.loseContext();
  return /swiftshader|llvmpipe|softpipe|software|basic render/i.test(name);
}

function webgl(place: HTMLElement): T.WebGLRenderer | null {
  try {
    const renderer = new T.WebGLRenderer({ antialias: !isDrawnInSoftware(), alpha: true });
    renderer.setPixelRatio(Math.min(devicePixelRatio, 2));
    place.replaceChildren(renderer.domElement);
    return renderer;
  } catch {
    return null; // no WebGL here: whatever the place held stays, the drawings tell the same
  }
}

/** The corners that must be seen: the outline at both flanks. */
function silhouette(s: Scene): T.Vector3[] {
  const half = s.body.W103 / 2;
  return s.outline.flatMap(([x, z]) => {
    const y = z > 0.7 * s.body.H100 ? 0.85 * half : half;
    return [new T.Vector3(-x, z, -y), new T.Vector3(-x, z, y)];
  }).concat([0, s.wheelbase].flatMap((x) => [new T.Vector3(-x, 0, -half), new T.Vector3(-x, 0, half)]));
}

const middleOf = (b: Box): T.Vector3 => volume(b).getCenter(new T.Vector3());

/** What is written into the picture: the millimetres of each conflict, and the names of the larger parts. */
function words(s: Scene, named: boolean): Label[] {
  const found = overlaps(s);
  const labels = s.clashes.flatMap((clash, k): Label[] => {
    const place = found.find((o) => o.clash === k)?.room;
    const part = s.boxes.find((b) => clash.parts.includes(b.number));
    const at = place ? new T.Vector3(-(place.x0 + place.x1) / 2, place.z1, (place.y0 + place.y1) / 2) : part && middleOf(part);
    return at ? [{ text: `${Math.round(clash.short_by_mm)} mm short`, at, bad: true }] : [];
  });
  if (!named) return labels;
  const large = s.boxes.filter((b) => (b.x1 - b.x0) * (b.y1 - b.y0) * (b.z1 - b.z0) > NAMED);
  return labels.concat(large.map((b) => ({ text: b.id, at: middleOf(b), bad: false })));
}

/** Return a 3-D view in `place`, or null where there is no WebGL. */
export function packageView(place: HTMLElement): PackageView | null {
  const renderer = webgl(place);
  if (!renderer) return null;
  place.classList.add('live');
  const world = new T.Scene();
  const camera = new T.PerspectiveCamera(24, 1, 0.1, 90);
  const controls = new OrbitControls(camera, renderer.domElement);
  controls.enableZoom = false; // the page scrolls; zooming asks for the control key
  controls.maxPolarAngle = Math.PI / 2 - 0.01;
  const grid = new T.GridHelper(14, 28);
  const floor = shadow();
  const [shell, parts, ghosts, collisions, labels] = [new Shell(), new Parts(), new Ghost(), new Collisions(), new Labels(place)];
  const flight = new Flight(camera, controls.target);
  const cut = new T.Plane(new T.Vector3(0, 0, -1), 0.0005);
  const shown: Shown = { spaces: true, keepouts: false, body: true, section: false, names: false };
  let side: Side | null = 'angle';
  let framed = 0;
  let now: Scene | null = null;
  let queued = 0;
  let count = 0;
  world.add(grid, floor, parts.group, shell.group, ghosts.object, collisions.group);

  const paint = (time: number): void => {
    queued = 0;
    const flies = flight.step(time);
    if (flies) controls.update();
    count += 1;
    place.dataset.draws = String(count);
    renderer.render(world, camera);
    labels.follow(camera, place.clientWidth, place.clientHeight);
    if (flies) ask();
  };
  const ask = (): void => { queued ||= requestAnimationFrame(paint); };

  const aim = (atOnce: boolean): void => {
    if (!side || !now) return;
    framed = now.body.L103;
    flight.go(stand(camera, silhouette(now), direction(side)), atOnce);
    controls.update();
    ask();
  };

  const repaint = (): void => {
    if (!now) return;
    parts.paint(now, shown);
    collisions.update(overlaps(now));
    labels.set(words(now, shown.names));
    shell.group.visible = shown.body;
    ask();
  };

  const recolour = (): void => {
    grid.material.dispose();
    grid.material = new T.LineBasicMaterial({ color: colour('--line'), transparent: true, opacity: 0.8 });
    grid.geometry.deleteAttribute('color');
    ghosts.line.color.set(colour('--accent'));
    floor.material.opacity = isDark() ? 1 : 0.62;
    if (now) shell.update(now);
    repaint();
    ask();
  };

  const size = (): void => {
    const [width, height] = [place.clientWidth, place.clientHeight];
    if (!width || !height) return;
    renderer.setSize(width, height, false);
    camera.aspect = width / height;
    camera.updateProjectionMatrix();
    aim(true);
    ask();
  };

  const tip = document.createElement('div');
  tip.className = 'scene-tip';
  tip.hidden = true;
  place.append(tip);
  const ray = new T.Raycaster();
  const point = (event: PointerEvent): void => {
    if (event.buttons) return;
    const area = renderer.domElement.getBoundingClientRect();
    const [x, y] = [event.clientX - area.left, event.clientY - area.top];
    ray.setFromCamera(new T.Vector2((x / area.width) * 2 - 1, 1 - (y / area.height) * 2), camera);
    const found = parts.under(ray.ray);
    if (parts.light(found)) ask();
    tip.hidden = !found;
    if (!found) return;
    tip.textContent = found.name + (found.energy_kwh === undefined ? '' : `, ${found.energy_kwh.toFixed(1)} kWh`);
    tip.style.left = `${Math.max(4, Math.min(x + 14, area.width - 220))}px`;
    tip.style.top = `${Math.min(y + 14, area.height - 40)}px`;
  };
  const leave = (): void => {
    tip.hidden = true;
    if (parts.light(null)) ask();
  };
  const wheel = (event: WheelEvent): void => { controls.enableZoom = event.ctrlKey || event.metaKey; };
  const turn = (): void => {
    flight.stop();
    side = null;
    ask();
  };
  const nearer = (factor: number): void => {
    turn();
    camera.position.sub(controls.target).multiplyScalar(factor).add(controls.target);
    controls.update();
  };
  const keys = (event: KeyboardEvent): void => {
    const [step, factor] = [KEYS[event.key], CLOSER[event.key]];
    if ((!step && !factor) || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    if (factor) return nearer(factor);
    turn();
    const ball = new T.Spherical().setFromVector3(camera.position.clone().sub(controls.target));
    ball.theta += step![0];
    ball.phi = Math.min(Math.max(ball.phi + step![1], 0.05), controls.maxPolarAngle);
    camera.position.setFromSpherical(ball).add(controls.target);
    controls.update();
  };
  place.tabIndex = 0;
  place.addEventListener('keydown', keys);
  renderer.domElement.addEventListener('pointermove', point);
  renderer.domElement.addEventListener('pointerleave', leave);
  renderer.domElement.addEventListener('wheel', wheel, { capture: true, passive: true });
  controls.addEventListener('start', turn);
  controls.addEventListener('change', ask);
  const watch = new ResizeObserver(size);
  watch.observe(place);
  const unfollow = onTheme(recolour);
  recolour();

  return {
    update(s, ghost) {
      const first = !now;
      now = s;
      shell.update(s);
      const middle = (s.hard_points.L104 ?? 0.8) - s.body.L103 / 2;
      floor.scale.set(s.body.L103 * 0.58, 1, s.body.W103 * 0.75);
      floor.position.set(middle, 0.002, 0);
      grid.position.set(Math.round(middle), 0, 0);
      ghosts.update(ghost);
      repaint();
      if (first) size();
      else if (Math.abs(s.body.L103 / framed - 1) > REFRAMED) aim(false);
    },
    look(to) {
      side = to;
      aim(false);
    },
    focus(numbers, clash) {
      if (!now) return;
      const around = new T.Box3();
      const all = numbers.length ? new Set(numbers) : struck(now);
      for (const b of now.boxes) if (all.has(b.number)) around.union(volume(b));
      for (const { room, clash: k } of overlaps(now)) if (k === clash) around.union(volume(room as Box));
      if (around.isEmpty()) return;
      around.expandByScalar(0.35);
      const corners = [0, 1, 2, 3, 4, 5, 6, 7].map((k) =>
        new T.Vector3(k & 1 ? around.max.x : around.min.x, k & 2 ? around.max.y : around.min.y, k & 4 ? around.max.z : around.min.z));
      side = null;
      flight.go(stand(camera, corners, direction('angle')), false);
      controls.update();
      ask();
    },
    show(what) {
      Object.assign(shown, what);
      renderer.clippingPlanes = shown.section ? [cut] : [];
      repaint();
    },
    zoom: nearer,
    draws: () => count,
    dispose() {
      cancelAnimationFrame(queued);
      watch.disconnect();
      unfollow();
      place.removeEventListener('keydown', keys);
      controls.dispose();
      [shell, parts, ghosts, collisions].forEach((held) => held.dispose());
      floor.geometry.dispose();
      floor.material.dispose();
      renderer.dispose();
      place.classList.remove('live');
      place.replaceChildren();
    },
  };
}
