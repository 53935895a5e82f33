/** The catalogue, before orders and comments have left their traces in it. */
import { before, dayMs, hourMs, minuteMs } from "./anchor.ts";
import type { Place } from "./categories.ts";
import { picturesOf } from "./looks.ts";
import { shelfPriceFen } from "./price.ts";
import { type ProductText, productText } from "./product_text.ts";
import { at, createRandom, type Random } from "./random.ts";

/** A product with what the other generators need to know of it. */
export interface DemoProduct extends ProductText {
  readonly id: bigint;
  readonly place: Place;
  readonly images: readonly string[];
  readonly priceFen: bigint;
  /** Pieces before any order. */
  readonly pieces: bigint;
  readonly status: 1 | 2 | 3;
  /** 1 is bought most. */
  readonly rank: number;
  readonly recommendTime: Date | null;
  readonly createTime: Date;
}

const productsPerShelf = 26;
/** The share of the shelf's combinations is small, so a free name is found long before this. */
const nameTriesMax = 1_000;
const recommendedCount = 300;
const catalogueDays = 730;
/** What nobody can have bought yet, and what the feed does not show yet. */
export const newProductDays = 5;
const recommendedAfterDays = 30;

/** All products, by id ascending, which is also from the oldest to the newest. */
export function demoProducts(places: readonly Place[], anchor: Date): DemoProduct[] {
  const shuffled = createRandom("products").sample(placedTexts(places), Infinity);
  const ranks = createRandom("ranks").sample(shuffled.map((_, index) => index + 1), Infinity);
  const products = shuffled.map(({ place, text }, index) => {
    const id = index + 1;
    const random = createRandom(`product ${id}`);
    return {
      ...text,
      id: BigInt(id),
      place,
      images: picturesOf("product", { look: text.look, id: BigInt(id), count: random.int(1, 4) }),
      priceFen: shelfPriceFen(random, text.yuan),
      pieces: piecesOf(random),
      status: statusOf(random),
      rank: at(ranks, index),
      recommendTime: null,
      createTime: createTimeOf(index, shuffled.length, anchor),
    };
  });
  return recommended(products, anchor);
}

interface PlacedText {
  readonly place: Place;
  readonly text: ProductText;
}

function placedTexts(places: readonly Place[]): PlacedText[] {
  return places.flatMap((place) => {
    const random = createRandom(`shelf ${place.categoryId}`);
    const texts = new Map<string, ProductText>();
    for (let tries = 0; texts.size < productsPerShelf && tries < nameTriesMax; tries++) {
      const text = productText(place, random);
      if (!texts.has(text.name)) texts.set(text.name, text);
    }
    return [...texts.values()].map((text) => ({ place, text }));
  });
}

/** Round numbers mostly, as goods come in boxes; one in thirty is nearly gone. */
function piecesOf(random: Random): bigint {
  if (random.chance(3)) return BigInt(random.int(0, 6));
  return BigInt(random.int(4, 60) * 10);
}

function statusOf(random: Random): 1 | 2 | 3 {
  const percent = random.int(1, 100);
  return percent === 1 ? 3 : percent <= 4 ? 2 : 1;
}

/**
 * Spread over two years up to the anchor. An operator adds several at once: about three products
 * share each millisecond, so that pages of a list have ties to break.
 */
function createTimeOf(index: number, count: number, anchor: Date): Date {
  const together = 3;
  const position = Math.floor((count - 1 - index) / together);
  const gapMs = Math.floor(catalogueDays * dayMs / Math.ceil(count / together));
  const ageMs = hourMs + position * gapMs;
  return before(anchor, ageMs - ageMs % minuteMs);
}

/** Puts some into the feed: four of them at the same moment, every six hours, back from the anchor. */
function recommended(products: readonly DemoProduct[], anchor: Date): DemoProduct[] {
  const settled = before(anchor, recommendedAfterDays * dayMs);
  const eligible = products.filter((each) => each.status === 1 && each.createTime < settled);
  const chosen = createRandom("recommended").sample(eligible, recommendedCount);
  const places = new Map(chosen.map((each, index) => [each.id, Math.floor(index / 4)]));
  return products.map((each) => {
    const place = places.get(each.id);
    if (place === undefined) return each;
    return { ...each, recommendTime: before(anchor, hourMs + place * 6 * hourMs) };
  });
}
