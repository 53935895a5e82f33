/** Plants and water. */
import { gold, ink, leaf, leafDeep, paper, steel, steelDeep, wood, woodDeep } from "../colours.ts";
import type { Motifs } from "../motif.ts";
import { disc, dots, each, line, oval, path, placed, rect, shine, veil } from "../shapes.ts";

const soil = "#6b4b38";

const water = "#8ec9e0";

/** Sprouts with two leaves each that grow from these places. */
function sprouts(...places: readonly (readonly [x: number, y: number])[]): string {
  const each = (d: string) => places.map(([x, y]) => `M${x} ${y}${d}`).join("");
  return line(each("v-36"), leafDeep, 6) + path(each("m0-26q-34-2-32-36q32 6 32 36z"), leaf) +
    path(each("m0-26q34-2 32-36q-32 6-32 36z"), leafDeep);
}

/** Flowers around these places: a dot for each petal. */
function flowers(
  petals: string,
  size: number,
  ...places: readonly (readonly [x: number, y: number])[]
): string {
  const around = [[0, -20], [19, -6], [12, 16], [-12, 16], [-19, -6]] as const;
  return dots(
    13 * size,
    petals,
    ...places.flatMap(([x, y]) =>
      around.map(([dx, dy]) => [x + Math.round(dx * size), y + Math.round(dy * size)] as const)
    ),
  ) + dots(11 * size, gold, ...places);
}

/** Garden things. */
export const garden = {
  trowel: ({ main, deep, pale }) =>
    placed(
      { turn: 30, about: [200, 200] },
      rect(176, 0, 54, 140, woodDeep, 24) + rect(176, 0, 42, 136, wood, 20) +
        disc(197, 22, 7, paper) + rect(184, 124, 34, 40, main, 6) +
        line("M200 160 C200 190 214 190 206 214", steelDeep, 14) +
        path(
          "M150 210 Q200 196 252 210 C262 300 240 350 202 390 C160 350 140 300 150 210Z",
          steel,
        ) + path("M202 204 Q230 204 252 210 C262 300 240 350 202 390Z", deep) +
        path("M176 230 Q200 224 202 350 C176 320 168 280 176 230Z", pale),
    ) + path("M40 352 Q70 312 110 330 Q140 300 170 352Z", soil) +
    sprouts([90, 330]),
  flower_pot: ({ main, deep, pale, accent }) =>
    line("M200 250 V110 M200 220 Q150 190 138 130 M200 220 Q250 190 264 140", leafDeep, 8) +
    path("M200 240 Q120 250 100 200 Q170 180 200 240Z", leaf) +
    path("M200 240 Q280 250 300 200 Q230 180 200 240Z", leafDeep) +
    flowers(accent, 1.5, [200, 92]) + flowers(pale, 1.1, [134, 124]) +
    flowers(paper, 1.1, [268, 132]) +
    path("M116 254 H284 L264 338 Q262 352 246 352 H154 Q138 352 136 338Z", main) +
    path("M240 254 H284 L264 338 Q262 352 246 352 H222Z", deep) +
    rect(104, 232, 192, 34, main, 12) + rect(246, 232, 50, 34, deep, 12) +
    rect(126, 344, 148, 10, deep, 5),
  raised_bed: ({ main, deep, pale, accent }) =>
    oval(200, 222, 164, 30, soil) + sprouts([84, 216], [150, 222], [310, 216]) +
    placed(
      { x: 230, y: 214 },
      line("M0 0 V-70", leafDeep, 6) + disc(0, -84, 24, "#d9604e") + disc(30, -50, 18, "#d9604e") +
        path("M0 -20 Q-34 -24 -36 -52 Q-2 -46 0 -20Z", leaf),
    ) + rect(30, 220, 340, 42, main, 6) + rect(30, 266, 340, 42, main, 6) +
    rect(30, 312, 340, 36, main, 6) + line("M50 242 H180 M240 286 H346 M70 330 H150", deep, 5) +
    rect(22, 204, 28, 148, deep, 6) + rect(350, 204, 28, 148, deep, 6) +
    rect(168, 270, 64, 34, pale, 6) + disc(200, 287, 8, accent),
  hanging_basket: ({ main, deep, pale, accent }) =>
    line("M200 -30 V30 M200 30 L92 200 M200 30 L308 200 M200 30 V190", steelDeep, 6) +
    path("M70 200 H330 Q320 300 200 312 Q80 300 70 200Z", main) +
    path("M280 200 H330 Q320 300 200 312 Q290 280 280 200Z", deep) +
    veil(0.5, line("M82 240 Q200 270 318 240 M104 276 Q200 300 296 276", pale, 7)) +
    path(
      "M60 206 q-4 -44 36 -44 q10 -34 48 -22 q24 -34 56 -6 q36 -26 58 6 q40 -10 46 22 q36 4 32 44Z",
      leaf,
    ) + line("M80 204 q-30 60 -10 110 M320 204 q30 50 12 96 M150 206 q-14 70 4 130", leafDeep, 8) +
    flowers(accent, 0.8, [100, 176], [240, 158], [70, 316], [154, 338]) +
    flowers(paper, 0.8, [168, 150], [300, 180], [332, 304]),
  seed_tray: ({ main, deep, pale, accent }) =>
    path("M70 200 H330 L376 320 H24Z", main) +
    each([[92, 214, 60], [170, 214, 60], [248, 214, 60], [74, 262, 74], [164, 262, 74], [
      254,
      262,
      74,
    ]], ([x, y, w]) => rect(x, y, w, 38, soil, 8)) +
    sprouts([122, 236], [200, 236], [278, 236], [111, 286], [201, 286], [291, 286]) +
    path("M24 320 H376 V336 Q376 352 356 352 H44 Q24 352 24 336Z", deep) +
    line("M330 200 V150", accent, 5) + rect(306, 118, 60, 40, pale, 6) +
    line("M318 132 H354 M318 144 H340", deep, 4),
  watering_can: ({ main, deep, pale, accent }) =>
    line("M236 110 C380 60 390 300 268 300", deep, 20) +
    line("M130 150 C130 60 250 60 262 150", deep, 18) +
    path("M120 292 L40 146 L22 150 L14 126 L62 104 L70 130 L62 136 L132 220Z", main) +
    path(
      "M118 150 H274 Q290 250 282 336 Q280 352 264 352 H130 Q114 352 112 336 Q106 250 118 150Z",
      main,
    ) + path("M232 150 H274 Q290 250 282 336 Q280 352 264 352 H220 Q244 250 232 150Z", deep) +
    oval(196, 150, 80, 20, pale) + rect(112, 290, 172, 18, accent) +
    veil(
      0.9,
      path(
        "M10 160 l-8 24 q8 10 14 0Z M32 164 l-8 24 q8 10 14 0Z M16 200 l-8 24 q8 10 14 0Z M40 208 l-8 24 q8 10 14 0Z",
        water,
      ),
    ) + shine(rect(138, 186, 12, 90, paper, 6)),
  hose: ({ main, deep, pale, accent }) =>
    each([308, 270, 232], (y) => oval(196, y, 150, 44, deep) + oval(196, y - 6, 150, 42, main)) +
    oval(196, 226, 96, 24, deep) +
    veil(0.6, line("M54 240 Q60 270 140 276 M54 280 Q66 306 150 314", pale, 6)) +
    line("M330 216 C390 170 330 90 262 110", deep, 26) +
    line("M328 214 C384 170 328 96 264 112", main, 20) +
    placed(
      { turn: -14, about: [240, 118] },
      rect(196, 94, 60, 46, gold, 8) + path("M196 96 L150 84 V150 L196 138Z", accent),
    ) + veil(0.9, line("M132 96 L80 70 M128 120 H70 M132 144 L82 164", water, 9)) +
    rect(150, 300, 90, 22, accent, 8),
  sprinkler: ({ main, deep, pale, accent }) =>
    veil(
      0.9,
      line(
        "M190 190 C160 100 100 60 40 70 M190 190 C170 80 130 30 80 10 M210 190 C240 100 300 60 360 70 M210 190 C230 80 270 30 320 10 M200 186 V40",
        water,
        7,
      ),
    ) + disc(40, 78, 8, water) + disc(360, 78, 8, water) + disc(200, 26, 8, water) +
    path(
      "M30 352 q10 -40 20 0 q12 -56 24 0 q8 -36 18 0Z M310 352 q10 -40 20 0 q12 -56 24 0 q8 -36 18 0Z",
      leaf,
    ) + rect(186, 180, 28, 70, ink, 8) + rect(110, 206, 180, 26, main, 13) +
    disc(112, 219, 18, accent) + disc(288, 219, 18, accent) +
    path("M120 352 L160 244 H240 L280 352Z", deep) +
    path("M120 352 L160 244 H216 L244 352Z", main) + rect(96, 336, 208, 18, ink, 9) +
    disc(196, 290, 14, pale),
  drip_kit: ({ main, deep, pale, accent }) =>
    line("M40 116 H330 Q356 116 356 150 V200", ink, 13) + rect(20, 92, 52, 48, accent, 10) +
    each(
      [110, 200, 290],
      (x) =>
        line(`M${x} 116 V196`, ink, 7) + rect(x - 9, 186, 18, 26, main, 5) +
        path(`M${x} 216 q-13 20 0 26 q13 -6 0 -26Z`, water) + rect(x - 12, 104, 24, 22, pale, 5),
    ) + each([110, 200, 290], (x) =>
      path(`M${x - 36} 290 H${x + 36} L${x + 26} 352 H${x - 26}Z`, main) +
      rect(x - 42, 278, 84, 20, deep, 8)) +
    disc(356, 206, 13, accent) + rect(150, 40, 110, 52, paper, 10) +
    veil(0.9, path("M178 80 q-14 -18 4 -30 q14 14 -4 30Z", water)) +
    line("M200 60 H244 M200 74 H230", steel, 6),
} as const satisfies Motifs;
