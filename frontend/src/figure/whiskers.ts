import type { Trace } from '../types';

/** Error bars in the colour of the text: seen on the bar that they end in and on the paper above it. */
export function whiskers(trace: Trace, ink: string): Trace {
  const out: Trace = { ...trace };
  for (const name of ['error_x', 'error_y']) if (out[name]) out[name] = { color: ink, thickness: 1.6, width: 4, ...(out[name] as object) };
  return out;
}
