/** From the address of a picture to its SVG. */
import { avatarPicture } from "./avatar_picture.ts";
import { bannerPicture } from "./banner_picture.ts";
import { type ColourName, colours } from "./colours.ts";
import { commentPicture } from "./comment_picture.ts";
import type { Look } from "./look.ts";
import { type MotifName, motifs } from "./motifs.ts";
import { productPicture } from "./product_picture.ts";

const numberMax = 2 ** 53;
const nameMax = 120;
const thing = /^([a-z_]+)(?:-([a-z]+))?-(\d+)-(\d+)\.svg$/;
const things = /^([a-z_]+(?:\.[a-z_]+){0,2})-(\d+)\.svg$/;
const person = /^(\d+)\.svg$/;

/**
 * Draws what `/images/<kind>/<name>` shows, the same for ever; undefined if there is no such thing.
 *
 * | kind    | name                                             | size       |
 * | ------- | ------------------------------------------------ | ---------- |
 * | product | `phone-12-1.svg`, or with a colour `phone-black-12-1.svg` | 800 × 800  |
 * | comment | as product: the thing, the comment's id, the number       | 640 × 640  |
 * | banner  | `wok.kettle.bowl-2.svg`: one to three things, the id      | 1200 × 480 |
 * | avatar  | `123.svg`                                                 | 128 × 128  |
 *
 * Numbers are from 1 to 2^53. Of a name nothing but numbers and known words gets into a picture.
 */
export function pictureOf(kind: string, name: string): string | undefined {
  if (name.length > nameMax) return undefined;
  switch (kind) {
    case "product":
      return ofThing(name, productPicture);
    case "comment":
      return ofThing(name, commentPicture);
    case "banner":
      return ofThings(name);
    case "avatar":
      return ofPerson(name);
    default:
      return undefined;
  }
}

function ofThing(
  name: string,
  draw: (look: Look, id: number, n: number) => string,
): string | undefined {
  const [, motif = "", colour, idText = "", nText = ""] = thing.exec(name) ?? [];
  const id = numberOf(idText);
  const n = numberOf(nText);
  if (!isMotif(motif) || id === undefined || n === undefined) return undefined;
  if (colour === undefined) return draw({ motif, colour: undefined }, id, n);
  return isColour(colour) ? draw({ motif, colour }, id, n) : undefined;
}

function ofThings(name: string): string | undefined {
  const [, names = "", idText = ""] = things.exec(name) ?? [];
  const id = numberOf(idText);
  const known = names.split(".").filter(isMotif);
  if (id === undefined || known.length !== names.split(".").length) return undefined;
  return bannerPicture(known, id);
}

function ofPerson(name: string): string | undefined {
  const id = numberOf(person.exec(name)?.[1] ?? "");
  return id === undefined ? undefined : avatarPicture(id);
}

/** Without leading zeros, so that a picture has one address. */
function numberOf(text: string): number | undefined {
  const value = Number(text);
  return String(value) === text && value >= 1 && value <= numberMax ? value : undefined;
}

function isMotif(name: string): name is MotifName {
  return Object.hasOwn(motifs, name);
}

function isColour(name: string): name is ColourName {
  return Object.hasOwn(colours, name);
}
