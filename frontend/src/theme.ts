/** Light and dark: the system's choice until the user makes one. */

const root = document.documentElement;
const dark = matchMedia('(prefers-color-scheme: dark)');
const followers = new Set<() => void>();

export const colour = (name: string): string => getComputedStyle(root).getPropertyValue(name).trim();

export const isDark = (): boolean => (root.dataset.theme ? root.dataset.theme === 'dark' : dark.matches);

/** Call `then` whenever the colours of the page change; returns how to stop. */
export function onTheme(then: () => void): () => void {
  followers.add(then);
  return () => followers.delete(then);
}

const tell = (): void => followers.forEach((then) => then());

export function switchTheme(): void {
  root.dataset.theme = isDark() ? 'light' : 'dark';
  tell();
}

dark.addEventListener('change', tell);
