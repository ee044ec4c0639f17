/** Light and dark: the system's choice until the user makes one. */

const root = document.documentElement;
const dark = matchMedia('(prefers-color-scheme: dark)');
const followers = new Set<() => void>();

const known = new Map<string, string>();

/** A colour of the page. Kept until the theme changes: to read it anew makes the browser compute all styles. */
export function colour(name: string): string {
  let found = known.get(name);
  if (found === undefined) known.set(name, (found = getComputedStyle(root).getPropertyValue(name).trim()));
  return found;
}

export const isDark = (): boolean => (root.dataset.theme ? root.dataset.theme === 'dark' : dark.matches);

/** Call `then` whenever the colours of the page change; returns how to stop. */
export function onTheme(then: () => void): () => void {
  followers.add(then);
  return () => followers.delete(then);
}

function tell(): void {
  known.clear();
  followers.forEach((then) => then());
}

export function switchTheme(): void {
  root.dataset.theme = isDark() ? 'light' : 'dark';
  tell();
}

dark.addEventListener('change', tell);
