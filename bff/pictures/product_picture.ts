/** Pictures of a product: in the studio, in use, from near, and in its colours. */
import { type Colours, leaf, leafDeep, paper, wood, woodDeep } from "./colours.ts";
import { coloursOf, drawn, type Look } from "./look.ts";
import { isForOutside, lies, type MotifName } from "./motifs.ts";
import { meadow, side as placeSide } from "./places.ts";
import { choice } from "./seeded.ts";
import { disc, each, line, oval, path, placed, rect, ring, veil } from "./shapes.ts";
import { lifted, svg } from "./svg.ts";

const side = 800;
const views = [studio, inUse, near, range] as const;

/** Draws the picture number `n` (from 1) of the product `id`: the views, again and again. */
export function productPicture(look: Look, id: number, n: number): string {
  const view = views[(n - 1) % views.length] ?? studio;
  return svg(side, side, label(look.motif), view(look, id, n));
}

/** `watering_can` as words. */
export function label(motif: MotifName): string {
  return motif.replaceAll("_", " ");
}

/** Before a plain wall, with a shape that frames it. */
function studio(look: Look, id: number): string {
  const painted = coloursOf(look, id);
  const frames = [
    disc(400, 390, 306, painted.halo),
    path("M120 740V400a280 280 0 0 1 560 0v340z", painted.halo),
    placed({ turn: 45, about: [400, 396] }, rect(170, 166, 460, 460, painted.halo, 110)),
    rect(96, 130, 608, 520, painted.halo, 150),
  ];
  const spots = veil(
    0.55,
    disc(112, 128, 16, painted.accent) + ring(694, 690, 24, painted.accent, 9) +
      disc(702, 112, 30, painted.halo),
  );
  return rect(0, 0, side, side, painted.wall) + (frames[choice(id, 2, frames.length)] ?? "") +
    spots + resting(look, painted, { x: 400, y: 640, scale: 1.5 });
}

/** On a table in a room or outside, or on boards if it lies flat. */
function inUse(look: Look, id: number, n: number): string {
  const painted = coloursOf(look, id);
  const mirrored = choice(id + n, 3, 2) === 1;
  if (lies(look.motif)) {
    return boards(painted, id) + resting(look, painted, { x: 400, y: 620, scale: 1.4, turn: 9 });
  }
  const place = isForOutside(look.motif)
    ? placed({ scale: side / placeSide }, meadow(painted.accent))
    : room(painted, id);
  return place + resting(look, painted, { x: 440, y: 690, scale: 1.3, mirrored });
}

function room({ wall, halo, accent, pale, deep }: Colours, id: number): string {
  const things = [
    rect(70, 90, 170, 210, paper, 8) + rect(90, 110, 130, 170, pale) +
    path("M90 280v-50l46-60 34 40 20-24 30 44v50z", accent),
    placed({ x: 130, y: 600, scale: 0.9 }, pottedPlant(accent)),
    rect(60, 200, 190, 16, woodDeep, 4) + rect(84, 120, 26, 80, deep, 3) +
    rect(114, 108, 22, 92, accent, 3) + rect(140, 128, 30, 72, pale, 3) + disc(210, 172, 28, halo),
  ];
  return rect(0, 0, side, side, wall) + veil(0.5, path("M430 0H640L470 590H260z", "#fff")) +
    veil(0.5, path("M690 0H760L590 590H520z", "#fff")) + rect(0, 590, side, 210, wood) +
    rect(0, 590, side, 14, woodDeep) +
    veil(0.4, line("M60 660H300M420 730H720M120 770H260", woodDeep, 5)) +
    (things[choice(id, 4, things.length)] ?? "");
}

/** A plant whose pot stands at 0, 0. */
function pottedPlant(pot: string): string {
  return path("M0-70C-80-110-90-210-50-270C0-220 20-140 0-70Z", leaf) +
    path("M0-70C80-110 90-190 70-250C10-220-10-140 0-70Z", leafDeep) +
    path("M-60-90H60L46 20H-46z", pot);
}

function boards({ halo, accent, pale }: Colours, id: number): string {
  const corner = choice(id, 5, 2) === 0
    ? placed({ x: 90, y: 790, turn: 24, scale: 0.9 }, pottedPlant(accent))
    : disc(730, 90, 120, paper) + disc(730, 90, 100, "#7a4b33") + disc(720, 84, 50, "#9c6a48");
  return rect(0, 0, side, side, "#e2c39a") +
    line("M0 160H800M0 320H800M0 480H800M0 640H800", "#cfa978", 6) +
    veil(0.5, line("M90 80H330M480 240H700M60 400H240M430 560H650M180 720H420", "#cfa978", 5)) +
    placed({ turn: -7, about: [400, 400] }, rect(130, 130, 540, 560, halo, 10)) +
    placed({ turn: -7, about: [400, 400] }, rect(130, 130, 540, 26, pale, 10)) + corner;
}

/** So near that it does not fit. */
function near(look: Look, id: number, n: number): string {
  const painted = coloursOf(look, id);
  const turn = choice(id + n, 6, 2) === 0 ? -11 : 11;
  const stripes = line(
    "M-40 240L240-40M-40 520L520-40M-40 800L800-40M280 840L840 280M560 840L840 560",
    painted.wall,
    60,
  );
  const x = 400 + (choice(id, 7, 3) - 1) * 60;
  return rect(0, 0, side, side, painted.halo) + veil(0.7, stripes) +
    lifted(placed({ x, y: 440, turn, scale: 2.25, about: [200, 210] }, drawn(look, painted)));
}

/** How long the thing's drawing may be, in characters, to be shown four times. */
const fourfoldMax = 1_250;

/** In several of the colours that it comes in: in quarters, or in halves if it takes much to draw. */
function range(look: Look, id: number): string {
  const fourfold = drawn(look, coloursOf(look, id)).length <= fourfoldMax;
  const cells = fourfold ? quarters : halves;
  return each(cells, ([left, top, width, x], step) => {
    const painted = coloursOf(look, id, step);
    return rect(left, top, width, 400, painted.wall) +
      rect(left, top + 290, width, 110, painted.halo) +
      placed({ x, y: top + 340, scale: 0.88, about: [200, 352] }, drawn(look, painted));
  });
}

/** Left, top and width of the cells, and where the thing's middle is. */
type Cell = readonly [left: number, top: number, width: number, x: number];
const quarters: readonly Cell[] = [
  [0, 0, 400, 200],
  [400, 0, 400, 600],
  [0, 400, 400, 200],
  [400, 400, 400, 600],
];
const halves: readonly Cell[] = [[0, 0, side, 290], [0, 400, side, 510]];

interface Place {
  readonly x: number;
  /** Where the foot of what stands is. */
  readonly y: number;
  readonly scale: number;
  readonly turn?: number;
  readonly mirrored?: boolean;
}

/** The thing with the shadow that it throws where it is. */
export function resting(look: Look, painted: Colours, place: Place): string {
  const { x, y, scale } = place;
  if (lies(look.motif)) {
    const middle = y - 152 * scale;
    return lifted(
      placed({ ...place, y: Math.round(middle), about: [200, 200] }, drawn(look, painted)),
    );
  }
  const shadow = veil(0.16, oval(x, y, Math.round(150 * scale), Math.round(15 * scale), "#20242e"));
  return shadow + placed({ ...place, about: [200, 352] }, drawn(look, painted));
}
