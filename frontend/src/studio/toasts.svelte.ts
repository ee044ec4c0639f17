/** Short notices that come and go. */

export interface Toast { id: number; text: string; isBad: boolean }

export const toasts = $state<Toast[]>([]);
let count = 0;

export function dismiss(id: number): void {
  const at = toasts.findIndex((t) => t.id === id);
  if (at >= 0) toasts.splice(at, 1);
}

/** Show a notice for a few seconds; a bad one stays twice as long. */
export function tell(text: string, isBad = false): void {
  const id = ++count;
  toasts.push({ id, text, isBad });
  if (toasts.length > 4) toasts.shift();
  setTimeout(() => dismiss(id), isBad ? 10_000 : 5_000);
}
