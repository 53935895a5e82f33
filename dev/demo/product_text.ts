/** What the shop writes about a product. */
import type { Place } from "./categories.ts";
import { type DemoLook, lookOf } from "./looks.ts";
import type { Random } from "./random.ts";
import { wordsOf } from "./words/theme.ts";

/** The words of one product. */
export interface ProductText {
  /** The thing itself, such as "Wok". */
  readonly kind: string;
  /** What such a thing costs at least and at most. */
  readonly yuan: readonly [number, number];
  /** What its pictures show. */
  readonly look: DemoLook;
  readonly name: string;
  readonly subtitle: string;
  readonly detail: string;
}

const closings = {
  zh: [
    "下单后二十四小时内发出，七天内可退换。",
    "支持七天无理由退货，运费由我们承担。",
    "如有破损，拍照联系客服即可补发。",
    "每一件都经过出厂检查，请放心使用。",
  ],
  en: [
    "Leaves our warehouse within a day of your order.",
    "Send it back within seven days if it is not for you.",
    "If anything arrives broken, a photograph is all we need to replace it.",
    "Every piece is looked over by hand before it is packed.",
  ],
} as const;

/** Puts one product's words together; how many combinations there are depends on the shelf. */
export function productText({ theme, shelf }: Place, random: Random): ProductText {
  const brand = random.pick(wordsOf(theme.brands));
  const trait = random.pick(wordsOf(shelf.traits));
  const [kind, [lowYuan, highYuan, motif]] = random.pick(Object.entries(shelf.kinds));
  const size = random.pick(wordsOf(shelf.sizes));
  const points = random.sample(wordsOf(shelf.points), 3);
  const notes = random.sample(wordsOf(shelf.notes), 2);
  const closing = random.sample(closings[theme.language], 2);
  const parts = { brand, trait, kind, size, points, sentences: [...notes, ...closing] };
  const texts = theme.language === "zh" ? chinese(parts) : english(parts);
  return { kind, yuan: [lowYuan, highYuan], look: lookOf(motif, size), ...texts };
}

interface Parts {
  readonly brand: string;
  readonly trait: string;
  readonly kind: string;
  readonly size: string;
  readonly points: readonly string[];
  readonly sentences: readonly string[];
}

function chinese(
  { brand, trait, kind, size, points, sentences }: Parts,
): Pick<ProductText, "name" | "subtitle" | "detail"> {
  const [first = "", second = "", third = ""] = points;
  const thing = /^\w/.test(kind) ? `${trait} ${kind}` : trait + kind;
  return {
    name: `${brand} ${thing} ${size}`,
    subtitle: `${first}；${second}`,
    detail: `${brand} ${thing}，规格为 ${size}。${first}；${second}；${third}。` +
      sentences.join(""),
  };
}

function english(
  { brand, trait, kind, size, points, sentences }: Parts,
): Pick<ProductText, "name" | "subtitle" | "detail"> {
  const [first = "", second = "", third = ""] = points;
  return {
    name: `${brand} ${trait} ${kind}, ${size}`,
    subtitle: `${upperFirst(first)}, ${second}`,
    detail: `The ${trait} ${kind} by ${brand} (${size}): ${first}, ${second}, ${third}. ` +
      sentences.join(" "),
  };
}

function upperFirst(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
