/** Who has an account: numbers and names. */
import { createRandom, type Random } from "./random.ts";
import { firstNames, givenNames, lastNames, surnames } from "./words/people.ts";
import { wordsOf } from "./words/theme.ts";

/** The operator, who has shipped all that was shipped. */
export const operatorId = 1n;
/** The user that everybody tries the mall as. */
export const demoUserId = 123n;
/** The buyers: the first and the last. */
export const buyerIds = { first: 1001, last: 1500 } as const;

const chinesePercent = 60;

/** What others see of an account; always the same for one number. */
export function nameOf(userId: bigint): string {
  if (userId === operatorId) return "店长";
  if (userId === demoUserId) return "苏小满";
  const random = createRandom(`name of ${userId}`);
  return random.chance(chinesePercent) ? chineseName(random) : englishName(random);
}

/** A name such as 林知秋. */
export function chineseName(random: Random): string {
  return random.pick(wordsOf(surnames)) + random.pick(wordsOf(givenNames));
}

function englishName(random: Random): string {
  return `${random.pick(wordsOf(firstNames))} ${random.pick(wordsOf(lastNames))}`;
}
