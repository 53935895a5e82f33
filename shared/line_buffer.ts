/**
 * Standard error for a busy process. One blocking write a line would stop every request while
 * whoever reads the log is slow; here lines gather for a few milliseconds and leave together.
 */

export interface LineBuffer {
  /** Takes a line without its end. */
  write(line: string): void;
  /** Writes what is waiting, now and to its end. Call it before the process exits. */
  flush(): void;
}

export interface LineBufferOptions {
  /** How long a line may wait, in milliseconds: what a kill -9 loses. */
  readonly waitMs?: number;
  /** Lines that wait at most, in characters; further ones are dropped, and their number told. */
  readonly lengthMax?: number;
  /** Writes some of the bytes and resolves with how many. */
  readonly write?: (bytes: Uint8Array) => Promise<number>;
  readonly writeSync?: (bytes: Uint8Array) => number;
}

const encoder = new TextEncoder();

/** Creates a buffer in front of standard error. */
export function createLineBuffer(options: LineBufferOptions = {}): LineBuffer {
  const { waitMs = 10, lengthMax = 4_194_304 } = options;
  const write = options.write ?? ((bytes) => Deno.stderr.write(bytes));
  const writeSync = options.writeSync ?? ((bytes) => Deno.stderr.writeSync(bytes));
  let waiting: string[] = [];
  let length = 0;
  let dropped = 0;
  let busy = false;
  /** What an unfinished write still has to write. */
  let rest: Uint8Array = new Uint8Array();

  function take(): Uint8Array {
    if (dropped > 0) waiting.push(`${dropped} log lines were dropped: the reader is too slow`);
    const text = waiting.length === 0 ? "" : waiting.join("\n") + "\n";
    waiting = [];
    length = 0;
    dropped = 0;
    return encoder.encode(text);
  }

  async function drain(): Promise<void> {
    try {
      while (waiting.length > 0 || rest.byteLength > 0) {
        if (rest.byteLength === 0) rest = take();
        const count = await write(rest);
        rest = rest.subarray(count);
      }
    } catch {
      // Nobody reads any more: there is nowhere to say so.
      rest = new Uint8Array();
    } finally {
      busy = false;
    }
  }
  return {
    write(line) {
      if (length + line.length > lengthMax) {
        dropped++;
        return;
      }
      waiting.push(line);
      length += line.length + 1;
      if (busy) return;
      busy = true;
      setTimeout(drain, waitMs);
    },
    flush() {
      for (const bytes of [rest, take()]) {
        let left = bytes;
        while (left.byteLength > 0) left = left.subarray(writeSync(left));
      }
      rest = new Uint8Array();
    },
  };
}
