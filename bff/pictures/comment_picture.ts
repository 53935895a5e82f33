/** Snapshots that buyers took of what they bought. */
import { coloursOf, type Look } from "./look.ts";
import { isForOutside, lies, type MotifName } from "./motifs.ts";
import { kitchenTable, meadow, planks, side, sofa, tiles, windowSill } from "./places.ts";
import { label, resting } from "./product_picture.ts";
import { choice, pick } from "./seeded.ts";
import { path, veil } from "./shapes.ts";
import { svg } from "./svg.ts";

/** Draws the picture number `n` of the comment `id`: the thing somewhere at somebody's home. */
export function commentPicture(look: Look, id: number, n: number): string {
  const seed = id * 16 + n;
  const painted = coloursOf(look, id);
  const place = pick(placesFor(look.motif), seed, 1);
  return svg(
    side,
    side,
    label(look.motif),
    place(painted.accent, painted.halo),
    resting(look, painted, {
      x: 290 + choice(seed, 2, 70),
      y: 540 + choice(seed, 3, 30),
      scale: 1.05 + choice(seed, 4, 25) / 100,
      turn: choice(seed, 5, 9) - 4,
      mirrored: choice(seed, 6, 2) === 1,
    }),
    // Late light through a window.
    veil(0.13, path("M0 0H260L0 420zM420 640L640 300V640z", "#ffb347")),
  );
}

type Place = (accent: string, halo: string) => string;

/** What lies is photographed from above, and only what is used outside is taken outside. */
function placesFor(motif: MotifName): readonly [Place, ...Place[]] {
  if (lies(motif)) return [tiles, planks];
  return isForOutside(motif) ? [windowSill, meadow, sofa] : [kitchenTable, windowSill, sofa];
}
