/** The dead letters of one service, for operators. */
import { Code, type HandlerContext, type ServiceImpl } from "@connectrpc/connect";
import type { DeadLetterAdminService } from "../../proto/gen/ops/v1/dead_letter_admin_service_pb.ts";
import { invalidArgument, Refusal } from "../errors.ts";
import { discardDeadLetter, replayDeadLetter } from "../messaging/dead_letter_writes.ts";
import {
  type DeadLetter,
  deadLetterState,
  findDeadLetter,
  listDeadLetters,
} from "../messaging/dead_letters.ts";
import type { Job } from "../messaging/jobs.ts";
import { pause } from "../messaging/pause.ts";
import { isUuid } from "../messaging/uuid.ts";
import { cutPage, pageSize, readCursor } from "../paging.ts";
import type { Sql } from "../postgres/pool.ts";
import { callOf } from "../rpc/call.ts";
import { auditEntryOf } from "./audit.ts";
import { eventSchemasOf, toDeadLetterMessage } from "./dead_letter_message.ts";
import { requireFilter } from "./filter.ts";

export interface DeadLetterAdminOptions {
  /** The service's own database. */
  readonly sql: Sql;
  /** What it consumes, whether or not this process does. */
  readonly jobs: readonly Job[];
  /** The longest wait for what comes of a replay, in milliseconds. */
  readonly replayWaitMs?: number;
}

const reasonMax = 200;
/** How often to look what came of a replay, in milliseconds. */
const lookEveryMs = 50;
/** Left for the answer when the caller's time ends a wait, in milliseconds. */
const answerMs = 300;

/** The rpcs of `ops.v1.DeadLetterAdminService`. */
export function createDeadLetterAdminService(
  { sql, jobs, replayWaitMs = 2_000 }: DeadLetterAdminOptions,
): ServiceImpl<typeof DeadLetterAdminService> {
  const schemas = eventSchemasOf(jobs);
  const find = async (id: bigint) => await findDeadLetter(sql, id) ?? notFound();
  return {
    async listDeadLetters({ consumer, state, cursor, ps: wanted, lastId }) {
      const ps = pageSize(wanted);
      const filter = {
        ...(consumer === "" ? {} : { consumer: requireFilter(consumer, "/consumer") }),
        ...(state === 0 ? {} : { state }),
      };
      const found = await listDeadLetters(sql, filter, readCursor(cursor, lastId), ps + 1);
      const page = cutPage(found, ps, ({ failedAt, number }) => {
        return { value: BigInt(failedAt.getTime()), id: number };
      });
      return {
        deadLetters: page.items.map((letter) => toDeadLetterMessage(letter, schemas)),
        isEnd: page.isEnd,
        deadTime: page.last?.value ?? 0n,
        lastId: page.last?.id ?? 0n,
      };
    },
    async replayDeadLetter(request, context) {
      const { id } = request;
      const before = await find(id);
      if (before.state !== deadLetterState.replayed) {
        requireReplayable(before, jobs);
        await replayDeadLetter(sql, id, auditEntryOf(context, request, targetOf(id)));
      }
      const letter = await whenTried(() => find(id), waitOf(context, replayWaitMs));
      return { deadLetter: toDeadLetterMessage(letter, schemas) };
    },
    async discardDeadLetter(request, context) {
      const { id } = request;
      requireReason(request.reason);
      await discardDeadLetter(sql, id, auditEntryOf(context, request, targetOf(id)));
      const letter = await find(id);
      if (letter.state === deadLetterState.replayed) throw replayed();
      return { deadLetter: toDeadLetterMessage(letter, schemas) };
    },
  };
}

function targetOf(id: bigint): string {
  return `dead_letter:${id}`;
}

/** A replay that nobody would take, or could read, would be under way for ever. */
function requireReplayable({ consumer, eventId }: DeadLetter, jobs: readonly Job[]): void {
  if (!isUuid(eventId)) {
    throw notReplayable("what came was no event: it can only be discarded");
  }
  if (!jobs.some((job) => job.kind === "consumer" && job.name === consumer)) {
    throw notReplayable(`there is no consumer ${consumer} any more: it can only be discarded`);
  }
}

interface Wait {
  readonly endMs: number;
  readonly signal: AbortSignal;
}

/** At most `replayWaitMs`, and no longer than the caller waits for the answer. */
function waitOf(context: HandlerContext, replayWaitMs: number): Wait {
  const { deadlineMs } = callOf(context);
  const endMs = Math.min(performance.now() + replayWaitMs, deadlineMs - answerMs);
  return { endMs, signal: context.signal };
}

/** The letter once its replay was handled or has failed; as it is when the time is over. */
async function whenTried(
  look: () => Promise<DeadLetter>,
  { endMs, signal }: Wait,
): Promise<DeadLetter> {
  let letter = await look();
  while (letter.isUnderWay && performance.now() < endMs && !signal.aborted) {
    await pause(lookEveryMs, signal);
    letter = await look();
  }
  return letter;
}

function requireReason(reason: string): void {
  const words = reason.normalize("NFC").trim();
  const isGood = words !== "" && [...words].length <= reasonMax && !/\p{Cc}/u.test(words);
  if (isGood) return;
  const message = `must have 1 to ${reasonMax} characters`;
  throw invalidArgument([{ pointer: "/reason", reason: "MALFORMED", message }]);
}

function notFound(): never {
  throw new Refusal(Code.NotFound, "DEAD_LETTER_NOT_FOUND", "there is no such dead letter");
}

function replayed(): Refusal {
  const message = "this was replayed: its effect has happened";
  return new Refusal(Code.FailedPrecondition, "DEAD_LETTER_REPLAYED", message);
}

function notReplayable(message: string): Refusal {
  return new Refusal(Code.FailedPrecondition, "DEAD_LETTER_NOT_REPLAYABLE", message);
}
