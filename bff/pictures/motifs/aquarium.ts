/** For fish. */
import { glass, gold, ink, leaf, leafDeep, paper, steelDeep, wood, woodDeep } from "../colours.ts";
import type { Motifs } from "../motif.ts";
import { disc, each, line, path, rect, shine, veil } from "../shapes.ts";

const water = "#a9d8e8";

/** What fish need. */
export const aquarium = {
  fish_tank: ({ main, deep, pale, accent }) =>
    rect(28, 76, 344, 254, glass, 14) + rect(36, 110, 328, 214, water, 8) +
    path("M36 290 Q110 268 190 290 T364 282 V324 H36Z", "#e3c48e") +
    line("M80 296 C60 250 100 220 80 170 M104 298 C120 260 96 240 112 206", leaf, 12) +
    line("M310 292 C330 250 294 226 316 180", leafDeep, 12) +
    path("M176 200 C200 160 250 166 266 204 C250 240 200 246 176 204 L140 176 V230Z", accent) +
    disc(242, 196, 7, ink) +
    path("M232 262 C220 244 190 246 180 264 C190 280 220 282 232 264 L250 250 V278Z", main) +
    disc(194, 260, 4, ink) +
    veil(0.8, disc(290, 156, 8, paper) + disc(278, 132, 6, paper) + disc(296, 124, 5, paper)) +
    rect(20, 56, 360, 26, deep, 10) + rect(20, 322, 360, 30, deep, 10) +
    shine(rect(50, 120, 12, 150, paper, 6)) + rect(140, 64, 120, 8, pale, 4),
  filter: ({ main, deep, pale, accent }) =>
    line("M150 150 C150 40 70 40 70 120 V330", deep, 20) + rect(112, 110, 200, 242, deep, 26) +
    rect(106, 110, 188, 236, main, 26) + rect(130, 188, 140, 130, glass, 14) +
    veil(0.8, rect(130, 188, 140, 42, "#e9d9b0", 10) + rect(130, 232, 140, 42, leaf)) +
    rect(130, 276, 140, 42, ink, 10) + rect(150, 82, 100, 36, ink, 12) +
    line("M250 98 H330 V64", deep, 18) +
    veil(0.7, line("M330 40 q-16 -18 0 -34 M352 46 q-8 -22 10 -30", water, 9)) +
    disc(200, 150, 13, accent) + rect(222, 145, 44, 9, pale, 4),
  aquarium_light: ({ main, deep, pale, accent }) =>
    path("M60 128 L10 352 H390 L340 128Z", "#fff3c4") + rect(30, 84, 340, 50, deep, 18) +
    rect(30, 84, 340, 36, main, 18) + each([70, 118, 166, 214, 262, 310], (x) =>
      rect(x, 122, 28, 12, gold, 5)) +
    line("M70 84 V40 H110 M330 84 V40 H290", steelDeep, 12) +
    line("M120 340 C100 290 140 260 118 216 M150 344 C166 310 140 286 158 250", leaf, 13) +
    line("M280 344 C300 290 262 266 286 216", leafDeep, 13) +
    path("M186 296 C206 266 246 270 260 298 C246 324 206 328 186 300 L160 280 V320Z", accent) +
    disc(240, 292, 5, ink) + disc(340, 102, 8, pale),
  driftwood: ({ main, accent }) =>
    path(
      "M40 340 C60 270 120 260 140 210 C150 160 100 120 112 70 C130 110 160 120 176 164 C186 110 230 90 244 40 C252 110 216 150 214 200 C260 170 300 180 336 130 C330 200 270 220 250 260 C300 270 340 300 360 340 Q200 362 40 340Z",
      woodDeep,
    ) +
    path(
      "M70 338 C90 280 140 280 160 216 C176 260 190 230 196 200 C204 250 190 280 220 300 C260 310 300 320 330 340 Q200 356 70 338Z",
      wood,
    ) + line("M120 320 C150 300 160 280 168 252 M220 322 Q250 322 280 332", woodDeep, 6) +
    path(
      "M66 344 q-10 -40 10 -66 q16 30 4 66Z M92 346 q-2 -36 20 -52 q8 28 -8 52Z M300 346 q0 -44 26 -60 q6 34 -10 62Z",
      leaf,
    ) + disc(250, 338, 18, main) + disc(282, 342, 13, accent),
  fish_food: ({ main, deep, pale, accent }) =>
    rect(96, 90, 214, 262, deep, 22) + rect(90, 90, 206, 256, main, 22) +
    rect(80, 44, 226, 60, ink, 16) + rect(80, 44, 226, 24, steelDeep, 12) +
    rect(90, 146, 206, 144, "#cfe6f2") +
    path("M150 218 C174 180 226 184 244 218 C226 252 174 256 150 222 L114 192 V246Z", accent) +
    disc(222, 212, 7, ink) + path("M176 196 Q196 180 210 190 L204 204Z", gold) +
    disc(262, 176, 7, paper) + disc(272, 158, 5, paper) + rect(126, 306, 130, 18, pale, 9) +
    each(
      [[330, 330], [346, 344], [322, 346], [356, 330]],
      ([x, y], n) => disc(x, y, 7, n % 2 ? accent : gold),
    ),
} as const satisfies Motifs;
