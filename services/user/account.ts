/** An account, and what may be said to make or change one. */
import type { RegisterRequest } from "../../proto/gen/user/v1/auth_service_pb.ts";
import type {
  SetResetQuestionRequest,
  UpdateUserRequest,
} from "../../proto/gen/user/v1/user_service_pb.ts";
import { type FieldViolation, invalidArgument } from "../../shared/errors.ts";
import { type PublicUrlProblem, readPublicUrl } from "../../shared/http/public_url.ts";
import type { Role } from "../../shared/rpc/principal.ts";
import { passwordViolation } from "./password.ts";
import { phoneViolation, textViolation, tidy, violationsOf } from "./person_text.ts";

export const usernameLength = { min: 3, max: 50 } as const;
export const nameLength = { min: 1, max: 50 } as const;
const questionLength = { min: 0, max: 100 } as const;
const answerLength = { min: 1, max: 100 } as const;

/** An account as the service knows it; hashes are not secrets, but nobody's business. */
export interface Account {
  readonly id: bigint;
  readonly username: string;
  readonly passwordHash: string;
  readonly name: string;
  readonly avatar: string;
  readonly phone: string;
  readonly question: string;
  readonly answerHash: string;
  readonly roles: readonly Role[];
  readonly disabled: boolean;
  readonly createTime: bigint;
  readonly updateTime: bigint;
  readonly version: bigint;
}

/** What no reader sees: soft hyphens, joiners, variation selectors and their like. */
const unseen = /\p{DI}/gu;

/**
 * What makes two spellings of a username one account: neither case, nor Unicode form, nor invisible
 * characters count (NFKC_Casefold of Unicode 3.13, by what JavaScript has: there are letters that
 * only the upper case brings together, and letters whose case shows only in their other form).
 */
export function usernameKey(username: string): string {
  const folded = foldCase(foldCase(username.normalize("NFD")).normalize("NFKC"));
  return folded.replaceAll(unseen, "").normalize("NFKC").trim();
}

function foldCase(text: string): string {
  return text.toUpperCase().toLowerCase();
}

/** A registration that makes sense, its secrets still in the clear. */
export interface Registration {
  readonly username: string;
  readonly usernameKey: string;
  readonly password: string;
  readonly name: string;
  readonly phone: string;
  readonly question: string;
  readonly answer: string;
}

/** Narrows a registration; refuses with InvalidArgument naming each wrong field. */
export function narrowRegister(request: RegisterRequest): Registration {
  const username = tidy(request.username);
  const name = tidy(request.name) || username;
  const phone = tidy(request.phone);
  const question = tidy(request.question);
  const violations = violationsOf([
    textViolation(username, "/username", usernameLength),
    passwordViolation(request.password, "/password"),
    textViolation(name, "/name", nameLength),
    phone === "" ? undefined : phoneViolation(phone, "/phone"),
    ...questionViolations(question, request.answer),
  ]);
  if (violations.length > 0) throw invalidArgument(violations);
  const { password, answer } = request;
  const key = usernameKey(username);
  return { username, usernameKey: key, password, name, phone, question, answer };
}

/** A question and its answer that make sense; without a question there is no reset. */
export function narrowQuestion(
  request: Pick<SetResetQuestionRequest, "question" | "answer">,
): { readonly question: string; readonly answer: string } {
  const question = tidy(request.question);
  const violations = violationsOf(questionViolations(question, request.answer));
  if (violations.length > 0) throw invalidArgument(violations);
  return { question, answer: request.answer };
}

function questionViolations(question: string, answer: string): (FieldViolation | undefined)[] {
  return [
    textViolation(question, "/question", questionLength),
    question === "" ? undefined : textViolation(tidy(answer), "/answer", answerLength),
  ];
}

/** The answer as it is hashed and compared: without case, form and outer spaces. */
export function answerKey(answer: string): string {
  return usernameKey(answer);
}

/** What a person may change; absent members stay. */
export interface AccountChange {
  readonly name?: string;
  readonly avatar?: string;
  readonly phone?: string;
}

/** Narrows a change; refuses with InvalidArgument naming each wrong field. */
export function narrowUpdateUser(request: UpdateUserRequest): AccountChange {
  const name = request.name === undefined ? undefined : tidy(request.name);
  const phone = request.phone === undefined ? undefined : tidy(request.phone);
  const avatar = request.avatar === undefined ? undefined : readAvatar(request.avatar);
  const violations = violationsOf([
    name === undefined ? undefined : textViolation(name, "/name", nameLength),
    typeof avatar === "object" ? { pointer: "/avatar", ...avatar } : undefined,
    phone === undefined || phone === "" ? undefined : phoneViolation(phone, "/phone"),
  ]);
  if (violations.length > 0) throw invalidArgument(violations);
  return {
    ...(name === undefined ? {} : { name }),
    ...(typeof avatar === "string" ? { avatar } : {}),
    ...(phone === undefined ? {} : { phone }),
  };
}

/** A picture that the mall draws itself. */
const ownPicture = /^\/images\/avatar\/[\w-]{1,40}\.svg$/;

/** The picture's address as it is kept, or what is wrong with it. */
function readAvatar(avatar: string): string | PublicUrlProblem {
  return avatar === "" || ownPicture.test(avatar) ? avatar : readPublicUrl(avatar);
}
