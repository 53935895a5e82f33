/** What pictures show: the addresses of what bff/pictures draws. */
import type { ColourName } from "../../bff/pictures/colours.ts";
import type { MotifName } from "../../bff/pictures/motifs.ts";

/** A thing as the address of a picture names it: `wok`, or `phone-black`. */
export type DemoLook = MotifName | `${MotifName}-${ColourName}`;

/** What says a colour in the sizes of the shelves; the first that fits counts. */
const colourWords: readonly (readonly [RegExp, ColourName])[] = [
  [/藏青/, "navy"],
  [/青绿/, "teal"],
  [/蓝/, "blue"],
  [/绿|薄荷|Green|Sage/, "green"],
  [/粉|豆沙/, "pink"],
  [/枫叶/, "red"],
  [/杏|驼|奶茶|米|Sand|Oat/, "sand"],
  [/黑|石墨|炭灰|深空灰|Black|Dark/, "black"],
  [/白|White/, "white"],
  [/银|灰|Grey|Slate|Stone/, "grey"],
  [/Yellow/, "yellow"],
  [/Copper/, "orange"],
];

/** The look of a thing in a size such as `256GB 雾山蓝`: in that colour, if it says one. */
export function lookOf(motif: MotifName, size: string): DemoLook {
  const colour = colourWords.find(([words]) => words.test(size))?.[1];
  return colour === undefined ? motif : `${motif}-${colour}`;
}

/** `/images/<kind>/<look>-<id>-<n>.svg`, `count` of them. */
export function picturesOf(
  kind: "product" | "comment",
  { look, id, count }: { readonly look: DemoLook; readonly id: bigint; readonly count: number },
): string[] {
  return Array.from({ length: count }, (_, n) => `/images/${kind}/${look}-${id}-${n + 1}.svg`);
}

/** The picture of a banner that shows one to three things. */
export function bannerPicture(things: readonly MotifName[], id: bigint): string {
  return `/images/banner/${things.join(".")}-${id}.svg`;
}

/** The face of a user. */
export function avatarOf(userId: bigint): string {
  return `/images/avatar/${userId}.svg`;
}
