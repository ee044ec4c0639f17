declare module 'plotly.js-cartesian-dist-min' {
  const Plotly: {
    react(place: HTMLElement, data: unknown[], layout: unknown, config?: unknown): Promise<void>;
    relayout(place: HTMLElement, layout: object): Promise<void>;
    purge(place: HTMLElement): void;
    Plots: { resize(place: HTMLElement): void };
  };
  export default Plotly;
}
