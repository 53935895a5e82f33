/** Keeps answers for a moment, makes each of them once at a time, and forgets what is old. */
import type { Logger } from "../../shared/log.ts";
import { type Call, newCall } from "../../shared/rpc/call.ts";
import { problemOf } from "../problem.ts";
import { createAbsences, isAbsence } from "./absences.ts";
import { type Answer, encodeAnswer } from "./answer.ts";
import { createFlights, type IsOld, type Landed } from "./flights.ts";
import { type HotCounters, noHotCounts } from "./hot_counters.ts";
import type { HotRead } from "./hot_read.ts";
import { createTaggedCache, type TaggedCache } from "./tagged_cache.ts";

export interface HotReadsOptions {
  readonly log: Logger;
  /** The deadline of an answer that is made anew while nobody waits, in milliseconds. */
  readonly timeoutMs: number;
  /** Answers kept at most. */
  readonly answersMax?: number;
  /** Memory of all kept answers together, in bytes. */
  readonly bytesMax?: number;
  /** A monotonic clock in milliseconds. */
  readonly now?: () => number;
}

/** An answer that is kept. */
export interface KeptAnswer {
  readonly read: HotRead;
  readonly answer: Answer;
}

export interface HotReads {
  /** The kept answer that may be sent now. A stale one is sent while it is being made anew. */
  peek(key: string): KeptAnswer | undefined;
  /** The kept answer, or a new one; rejects as `read.load` does. */
  answer(read: HotRead, call: Call): Promise<Answer>;
  /** Forgets all answers with one of these tags, also those being made. */
  drop(tags: readonly string[]): void;
  /** Forgets all answers. */
  dropAll(): void;
  readonly counters: HotCounters;
  /** Answers kept now. */
  readonly size: number;
}

/** How long an answer is sent without a thought, in milliseconds. */
export const freshMs = 1_000;
/** How long after that it is sent while it is made anew, in milliseconds. */
export const staleMs = 1_000;
/** How old an answer may be, in milliseconds, that is sent because the services fail (RFC 5861). */
export const staleIfErrorMs = 30_000;

/** Creates an empty keeper. */
export function createHotReads(options: HotReadsOptions): HotReads {
  return new AnswerKeeper(options);
}

interface Entry extends KeptAnswer {
  readonly tags: readonly string[];
  readonly byteLength: number;
  readonly madeMs: number;
  freshUntilMs: number;
  staleUntilMs: number;
}

class AnswerKeeper implements HotReads {
  readonly counters = noHotCounts();
  readonly #log: Logger;
  readonly #timeoutMs: number;
  readonly #now: () => number;
  readonly #kept: TaggedCache<Entry>;
  readonly #absences;
  readonly #flights = createFlights<Answer>();
  #toldRescueMs = -Infinity;

  constructor(options: HotReadsOptions) {
    this.#log = options.log;
    this.#timeoutMs = options.timeoutMs;
    this.#now = options.now ?? (() => performance.now());
    this.#absences = createAbsences(freshMs, this.#now);
    this.#kept = createTaggedCache({
      entriesMax: options.answersMax ?? 10_000,
      bytesMax: options.bytesMax ?? 64 * 1024 ** 2,
    });
  }

  get size(): number {
    return this.#kept.size;
  }

  peek(key: string): KeptAnswer | undefined {
    const entry = this.#kept.get(key);
    if (entry === undefined) return undefined;
    const now = this.#now();
    if (now >= entry.staleUntilMs) return undefined;
    if (now < entry.freshUntilMs) {
      this.counters.hits++;
    } else {
      this.counters.stale_hits++;
      this.#makeAnew(entry.read);
    }
    return entry;
  }

  async answer(read: HotRead, call: Call): Promise<Answer> {
    const kept = this.peek(read.key);
    if (kept !== undefined) return kept.answer;
    const absence = this.#absences.get(read.key);
    if (absence !== undefined) {
      this.counters.hits++;
      throw absence;
    }
    this.counters[this.#flights.has(read.key) ? "shared_flights" : "misses"]++;
    return await this.#flights.fly(read.key, (isOld) => this.#make(read, call, isOld));
  }

  drop(tags: readonly string[]): void {
    this.#flights.drop(tags);
    this.#absences.drop(tags);
    this.counters.invalidated += this.#kept.drop(tags);
  }

  dropAll(): void {
    this.#flights.dropAll();
    this.#absences.clear();
    this.counters.invalidated += this.#kept.clear();
  }

  /** Nobody waits for it: it has a call of its own, and what goes wrong is `#rescue()`'s to tell. */
  #makeAnew(read: HotRead): void {
    if (this.#flights.has(read.key)) return;
    const call = newCall(new Headers());
    call.deadlineMs = call.startedMs + this.#timeoutMs;
    this.#flights.fly(read.key, (isOld) => this.#make(read, call, isOld)).catch(() => {});
  }

  async #make(read: HotRead, call: Call, isOld: IsOld): Promise<Landed<Answer>> {
    try {
      const { body, tags } = await read.load(call);
      const answer = encodeAnswer(body);
      if (!isOld(tags)) this.#keep(read, answer, tags);
      return { value: answer, tags };
    } catch (error) {
      const rescued = this.#rescue(read, error);
      if (rescued !== undefined) return { value: rescued, tags: [] };
      if (isAbsence(error)) this.#kept.delete(read.key);
      if (!isOld(read.absentTags ?? [])) this.#absences.keep(read, error);
      throw error;
    }
  }

  #keep(read: HotRead, answer: Answer, tags: readonly string[]): void {
    const madeMs = this.#now();
    const freshUntilMs = madeMs + freshMs;
    const staleUntilMs = freshUntilMs + staleMs;
    const { byteLength } = answer.body;
    const entry = { read, answer, tags, byteLength, madeMs, freshUntilMs, staleUntilMs };
    this.#kept.set(read.key, entry);
  }

  /** When a service fails: the answer from before, if it is not too old, for another round. */
  #rescue(read: HotRead, error: unknown): Answer | undefined {
    const { status } = problemOf(error, { path: "", requestId: "" });
    const entry = this.#kept.get(read.key);
    if (status < 500 || entry === undefined) return undefined;
    const now = this.#now();
    const untilMs = entry.madeMs + staleIfErrorMs;
    if (now >= untilMs) return undefined;
    entry.freshUntilMs = Math.min(untilMs, now + freshMs);
    entry.staleUntilMs = Math.min(untilMs, entry.freshUntilMs + staleMs);
    this.counters.rescued++;
    this.#tellRescue(read, error);
    return entry.answer;
  }

  /** One line for an outage, not one for each answer in each second of it. */
  #tellRescue({ route }: HotRead, error: unknown): void {
    const now = this.#now();
    if (now - this.#toldRescueMs < staleIfErrorMs) return;
    this.#toldRescueMs = now;
    this.#log.warn("services fail, answers from before are sent", { route, error });
  }
}
