/** What a picture shows: a thing in a colour. */
import { type ColourName, type Colours, colours } from "./colours.ts";
import { type MotifName, motifs } from "./motifs.ts";
import { choice } from "./seeded.ts";

/** A thing, and its colour if that is known; else the picture's number chooses one. */
export interface Look {
  readonly motif: MotifName;
  readonly colour: ColourName | undefined;
}

/** In the order of the wheel, so that neighbours in a row differ. */
const wheel = [
  "blue",
  "orange",
  "green",
  "pink",
  "navy",
  "yellow",
  "teal",
  "red",
  "sand",
  "purple",
  "white",
  "brown",
  "grey",
  "black",
] as const satisfies readonly ColourName[];

/** The colours of a look; `step` asks for the others, one after the other. */
export function coloursOf({ colour }: Look, seed: number, step = 0): Colours {
  const start = colour === undefined ? choice(seed, 1, wheel.length) : wheel.indexOf(colour);
  return colours[wheel[(start + step) % wheel.length] ?? "blue"];
}

/** The thing itself, in the square of motifs. */
export function drawn(look: Look, painted: Colours): string {
  return motifs[look.motif](painted);
}
