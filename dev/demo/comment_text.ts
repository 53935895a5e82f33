/** The words of one comment. */
import type { DemoProduct } from "./products.ts";
import type { Random } from "./random.ts";
import { endings, type Mood, openings } from "./words/comments.ts";
import { wordsOf } from "./words/theme.ts";

/** So many in a hundred write in the language of the product; the others in the other one. */
const ownLanguagePercent = 88;

/** Plain text of one to four sentences, in the mood of the rating (1 to 5). */
export function commentText(product: DemoProduct, rating: number, random: Random): string {
  const { theme } = product.place;
  const mood: Mood = rating >= 4 ? "glad" : rating === 3 ? "fair" : "sorry";
  if (!random.chance(ownLanguagePercent)) {
    const other = theme.language === "zh" ? "en" : "zh";
    // The product's own words are in the language that this buyer does not write.
    const opening = random.pick(wordsOf(openings[other][mood]).filter((it) => !it.includes("{")));
    return joined([opening, random.pick(wordsOf(endings[other][mood]))], other);
  }
  const { language } = theme;
  const kind = language === "zh" ? product.kind : product.kind.toLowerCase();
  const sentences = [random.pick(wordsOf(openings[language][mood])).replace("{kind}", kind)];
  if (mood !== "sorry" && random.chance(80)) sentences.push(random.pick(wordsOf(theme.praise)));
  if (mood !== "glad") sentences.push(random.pick(wordsOf(theme.complaints)));
  if (random.chance(45)) sentences.push(random.pick(wordsOf(endings[language][mood])));
  return joined(sentences, language);
}

function joined(sentences: readonly string[], language: "zh" | "en"): string {
  return sentences.join(language === "zh" ? "" : " ");
}
