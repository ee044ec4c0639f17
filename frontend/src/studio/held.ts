/** What this browser keeps; where it keeps nothing (private windows, policies) it holds for this page alone. */

const own = new Map<string, string>();

export function held(name: string): string | null {
  try {
    return localStorage.getItem(name) ?? own.get(name) ?? null;
  } catch {
    return own.get(name) ?? null;
  }
}

export function hold(name: string, text: string): void {
  own.set(name, text);
  try {
    localStorage.setItem(name, text);
  } catch {
    // refused by the browser: the map above has it
  }
}
