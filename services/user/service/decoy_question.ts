/** A question for a password reset where there is none to ask. */
import { createHash } from "node:crypto";

/** What is asked about an account that has no question, or is none. */
const ordinaryQuestions = [
  "What was the name of your first pet?",
  "In which city were you born?",
  "What was the name of your first school?",
  "What is your favourite book?",
  "小时候住的街道叫什么？",
] as const;

/** Always the same one for the same name, so that asking twice tells nothing. */
export function decoyQuestion(key: string): string {
  const [first = 0] = createHash("sha256").update(`question of ${key}`).digest();
  return ordinaryQuestions[first % ordinaryQuestions.length] ?? ordinaryQuestions[0];
}
