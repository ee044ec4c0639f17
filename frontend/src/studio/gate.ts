/** One request in flight, the newest waiting: a slider asks as fast as answers come, never faster. */

export interface Gate<Q> {
  /** Ask now, or as soon as the one in flight is answered; replaces a question that waits. */
  ask(question: Q): void;
  /** Drop what waits and abort what is in flight. */
  stop(): void;
}

export function gate<Q>(act: (question: Q, signal: AbortSignal) => Promise<void>): Gate<Q> {
  let waiting: Q | null = null;
  let flight: AbortController | null = null;
  const run = async (): Promise<void> => {
    while (waiting !== null) {
      const question = waiting;
      waiting = null;
      const own = (flight = new AbortController());
      try {
        await act(question, own.signal);
      } finally {
        if (flight === own) flight = null;
      }
      if (own.signal.aborted) return; // `stop` may have let a newer run begin
    }
  };
  return {
    ask(question) {
      waiting = question;
      if (!flight) void run();
    },
    stop() {
      waiting = null;
      flight?.abort();
      flight = null;
    },
  };
}
