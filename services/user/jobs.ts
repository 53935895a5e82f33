/** What the user service does on timers. */
import type { Job } from "../../shared/messaging/jobs.ts";
import type { SessionStore } from "./store/sessions.ts";

const sweepEveryMs = 3_600_000;
const sweepBatch = 1_000;
/** A turn deletes so many batches at most; what is left has to wait for the next. */
const batchesMax = 100;

/** The jobs of the user service. */
export function userJobs(sessions: Pick<SessionStore, "sweep">): readonly Job[] {
  return [{
    kind: "timer",
    name: "user-session-sweep",
    everyMs: sweepEveryMs,
    async run(signal) {
      for (let batch = 0; batch < batchesMax && !signal.aborted; batch++) {
        if (await sessions.sweep(sweepBatch) < sweepBatch) return;
      }
    },
  }];
}
