/** The wide pictures on top of the home page. */
import { type ColourName, type Colours, colours, gold, paper } from "./colours.ts";
import { type MotifName, motifs } from "./motifs.ts";
import { choice, pick } from "./seeded.ts";
import { disc, each, oval, path, placed, rect, ring, stars, veil } from "./shapes.ts";
import { svg } from "./svg.ts";

const width = 1_200;
const height = 480;
/** Grounds that white letters can be read on: the left half is left free for them. */
const grounds = ["navy", "teal", "red", "purple", "green", "blue"] as const;
/** The things' own colours, light before those grounds. */
const tints = ["yellow", "sand", "orange", "pink", "white", "teal", "grey"] as const;
/** Where one, two or three things stand: the middle, the foot, and the size. */
const stands: readonly (readonly (readonly [x: number, y: number, scale: number])[])[] = [
  [[880, 396, 0.98]],
  [[740, 402, 0.72], [1_010, 380, 0.8]],
  [[680, 404, 0.58], [885, 372, 0.7], [1_085, 404, 0.58]],
];

/** Draws the banner `id` with one to three things. It has no words: the page writes over it. */
export function bannerPicture(things: readonly MotifName[], id: number): string {
  const ground = colours[grounds[(id - 1) % grounds.length] ?? "navy"];
  const places = stands[things.length - 1] ?? [];
  return svg(
    width,
    height,
    "banner",
    backdrop(ground, id),
    each(places, ([x, y, scale], index) => {
      const motif = things[index];
      if (motif === undefined) return "";
      const tint: ColourName = tints[(choice(id, 8, tints.length) + index * 2) % tints.length] ??
        "sand";
      return podium(x, y, scale, ground) +
        placed({ x, y, scale, about: [200, 352] }, motifs[motif](colours[tint]));
    }),
  );
}

function backdrop({ main, deep, pale }: Colours, id: number): string {
  const gradient = `<linearGradient id="g"><stop stop-color="${deep}"/>` +
    `<stop offset="1" stop-color="${main}"/></linearGradient>`;
  const light = pick(
    [
      veil(0.16, disc(880, 230, 330, paper) + disc(880, 230, 230, paper)),
      veil(0.14, path("M880-60L560 540H760zM880-60L1000 540H1240z", paper)),
      veil(0.16, path("M560 480V300a320 320 0 0 1 640 0v180z", paper)),
    ],
    id,
    9,
  );
  const sparks =
    veil(0.8, stars(gold, [600, 90], [1_150, 60], [540, 290]) + ring(1_130, 190, 14, gold, 6)) +
    veil(0.5, disc(640, 200, 9, pale) + disc(1_040, 60, 7, pale));
  const waves = veil(0.14, path("M0 480V390q200-90 420-20t420 0t360-30v140z", paper));
  return gradient + rect(0, 0, width, height, "url(#g)") + light + waves + sparks;
}

function podium(x: number, y: number, scale: number, { pale, deep }: Colours): string {
  const half = Math.round(164 * scale);
  return rect(x - half, y, half * 2, height - y, deep) +
    oval(x, y, half, Math.round(22 * scale), pale);
}
