/** What the user looks at, kept in the address: a reload, a bookmark or a sent link shows the same. */

import { tell } from './toasts.svelte';

export const SCREENS = ['architecture', 'compare', 'report', 'variants', 'money', 'data'] as const;
export type Screen = (typeof SCREENS)[number];

const LONGEST = 2000; // characters that every browser and mail program passes on
const PAUSE = 250; // ms; Safari refuses more than 100 changes of the address in 30 s
const SHOWN = ['rooms', 'body'];

class Address {
  screen = $state<Screen>('architecture');
  study = $state<string | null>(null);
  set = $state.raw<Record<string, string>>({});
  variant = $state<string | null>(null);
  body = $state<string | null>(null);
  run = $state<string | null>(null);
  /** What is compared: `platform:ID` or `run:ID`. */
  picks = $state.raw<string[]>([]);
  /** What the 3-D view shows. */
  shown = $state.raw<string[]>(SHOWN);
  private timer = 0;
  private isCut = false;

  change(path: string, value: string | null): void {
    const { [path]: _, ...rest } = this.set;
    this.set = value === null ? rest : { ...rest, [path]: value };
  }

  toggle(what: string): void {
    this.shown = this.shown.includes(what) ? this.shown.filter((s) => s !== what) : [...this.shown, what];
  }

  /** Go to another screen, as a step that the browser's back button undoes. */
  go(screen: Screen): void {
    if (screen === this.screen) return;
    this.flush();
    this.screen = screen;
    history.pushState(null, '', this.written());
  }

  /** The address of this state. */
  written(): string {
    return this.cut().text;
  }

  /** The address, and whether some changes found no room in it. */
  private cut(): { text: string; isCut: boolean } {
    const parts = new URLSearchParams();
    if (this.study) parts.append('study', this.study);
    if (this.variant) parts.append('v', this.variant);
    if (this.body) parts.append('body', this.body);
    if (this.run) parts.append('run', this.run);
    if (this.shown.join() !== SHOWN.join()) parts.append('show', this.shown.join(','));
    for (const pick of this.picks) parts.append('pick', pick);
    let kept = parts.toString();
    let isCut = false;
    for (const [path, value] of Object.entries(this.set)) {
      const more = `${kept}${kept ? '&' : ''}${new URLSearchParams({ set: `${path}:${value}` })}`;
      if (more.length > LONGEST) isCut = true;
      else kept = more;
    }
    const query = kept.replaceAll('%3A', ':').replaceAll('%40', '@').replaceAll('%2C', ',');
    return { text: `#/${this.screen}${query ? `?${query}` : ''}`, isCut };
  }

  /** Write the address soon; called at every change. */
  save(): void {
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.flush(), PAUSE);
  }

  private flush(): void {
    clearTimeout(this.timer);
    const { text: next, isCut } = this.cut();
    if (isCut && !this.isCut) tell('The address holds only the first changes; copy the study as YAML to keep them all.', true);
    this.isCut = isCut;
    if (next !== location.hash) history.replaceState(null, '', next);
  }

  /** Take over what the address says. */
  read(): void {
    clearTimeout(this.timer);
    const found = /^#\/([a-z]+)(?:\?(.*))?$/.exec(location.hash);
    if (!found) return;
    const parts = new URLSearchParams(found[2] ?? '');
    const screen = SCREENS.find((s) => s === found[1]);
    if (screen) this.screen = screen;
    this.study = parts.get('study') ?? this.study;
    this.variant = parts.get('v');
    this.body = parts.get('body');
    this.run = parts.get('run');
    this.picks = parts.getAll('pick');
    const shown = parts.get('show');
    this.shown = shown === null ? SHOWN : shown.split(',').filter(Boolean);
    this.set = Object.fromEntries(parts.getAll('set').map((s) => {
      const colon = s.indexOf(':');
      return [s.slice(0, colon), s.slice(colon + 1)];
    }).filter(([path]) => path));
  }
}

export const address = new Address();
