/** A progress bar on a terminal, a few plain lines elsewhere. */
import type { Screen } from "./screen.ts";

export interface Progress {
  readonly report: (done: number, total: number, what: string) => void;
  finish(): void;
}

/** The part of npm's cli-progress that is used here; it brings no types of its own. */
interface Bar {
  start(total: number, done: number, payload: { what: string }): void;
  setTotal(total: number): void;
  update(done: number, payload: { what: string }): void;
  stop(): void;
}
interface CliProgress {
  readonly SingleBar: new (options: Record<string, unknown>) => Bar;
}

const format = "dev     | demo data [{bar}] {percentage} %  {what} {value}/{total}";

export async function createProgress(screen: Screen): Promise<Progress> {
  return screen.isTerminal ? await barProgress() : plainProgress(screen.say);
}

/** Says one line for each quarter of the whole. */
export function plainProgress(say: (sentence: string) => void): Progress {
  let said = 0;
  return {
    report(done, total, what) {
      const quarter = total > 0 ? Math.floor((done / total) * 4) : 4;
      if (quarter <= said) return;
      said = quarter;
      say(`demo data: ${what} ${done}/${total}`);
    },
    finish() {},
  };
}

async function barProgress(): Promise<Progress> {
  const { default: library }: { default: CliProgress } = await import("cli-progress");
  const bar = new library.SingleBar({ format, barsize: 30, hideCursor: true, gracefulExit: false });
  let started = false;
  return {
    report(done, total, what) {
      if (!started) bar.start(total, done, { what });
      started = true;
      bar.setTotal(total);
      bar.update(done, { what });
    },
    finish() {
      if (started) bar.stop();
    },
  };
}
