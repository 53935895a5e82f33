/** What a part of the catalogue is made of: words written by hand, put together by products.ts. */
import type { MotifName } from "../../../bff/pictures/motifs.ts";

/** A top category. Every text of several words keeps them apart by `|`. */
export interface Theme {
  readonly name: string;
  readonly language: "zh" | "en";
  /** Invented names of makers. */
  readonly brands: string;
  /** What buyers who like their product say of it: whole sentences. */
  readonly praise: string;
  /** What buyers who do not say. */
  readonly complaints: string;
  /** Sub-categories. */
  readonly shelves: readonly Shelf[];
}

/** The lowest and the highest price of a kind of thing, in yuan, and what its pictures show. */
export type Kind = readonly [lowYuan: number, highYuan: number, motif: MotifName];

/** A sub-category. */
export interface Shelf {
  readonly name: string;
  /** Things by their names. */
  readonly kinds: Readonly<Record<string, Kind>>;
  /** Words before the thing: they fit every kind. */
  readonly traits: string;
  /** Sizes, colours or packs: they fit every kind. */
  readonly sizes: string;
  /** Half-sentences for the subtitle. */
  readonly points: string;
  /** Whole sentences for the detail text. */
  readonly notes: string;
}

/** The single words of a list. */
export function wordsOf(list: string): readonly string[] {
  return list.split("|");
}
