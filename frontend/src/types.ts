/** Shapes that Python hands over; lengths in m, axes of the car: x rearward, y right, z up. */

export interface Figure {
  data: Trace[];
  layout: Layout;
  meta: { finding: string; alt: string; sources: string[] };
}

export interface Trace {
  type: string;
  name?: string;
  x?: (string | number | null)[];
  y?: (string | number | null)[];
  z?: (number | null)[][];
  [key: string]: unknown;
}

export interface Axis {
  title?: { text: string; font?: object } | undefined;
  tickfont?: object;
  [key: string]: unknown;
}

export interface Layout {
  height: number;
  margin: { l: number; r: number; t: number; b: number };
  xaxis: Axis;
  yaxis: Axis;
  [key: string]: unknown;
}

export interface Box {
  number: number;
  id: string;
  name: string;
  kind: string;
  colour: string;
  space: boolean;
  x0: number; x1: number; y0: number; y1: number; z0: number; z1: number;
  energy_kwh?: number;
}

export interface Clash {
  text: string;
  short_by_mm: number;
  hard_point: string;
  parts: number[];
}

export interface Scene {
  unit: 'm';
  wheelbase: number;
  hard_points: Record<string, number>;
  body: { style: string; L103: number; W103: number; H100: number; H156: number; tyre_radius: number };
  boxes: Box[];
  keepouts: Box[];
  outline: [number, number][];
  glass: [number, number][];
  clashes: Clash[];
}

/** A long table: a number in a row stands for one of the words. */
export interface Packed {
  head: string[];
  kinds: string[];
  words: string[];
  groups: { title: string; rows: (string | number)[][] }[];
}

/** What a report carries in itself. */
export interface Embedded {
  figures: Record<string, Figure>;
  scenes: Record<string, Scene>;
  tables?: Record<string, Packed>;
}
