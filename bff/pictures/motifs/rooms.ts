/** Light, beds and what keeps a home in order. */
import { glass, gold, ink, leaf, paper, steelDeep, wood, woodDeep } from "../colours.ts";
import type { Motifs } from "../motif.ts";
import { disc, each, line, oval, path, rect, shine, veil } from "../shapes.ts";

const light = "#fff1bd";

/** What furnishes a home. */
export const rooms = {
  storage_box: ({ main, deep, pale, accent }) =>
    path("M62 160 H338 L324 340 Q323 352 310 352 H90 Q77 352 76 340Z", deep) +
    path("M62 160 H300 L288 346 H90 Q77 346 76 336Z", main) +
    rect(44, 122, 312, 44, deep, 16) + rect(44, 122, 312, 32, pale, 14) +
    rect(148, 212, 96, 34, paper, 8) + rect(164, 225, 64, 8, steelDeep, 4) +
    rect(32, 132, 26, 44, accent, 8) + rect(342, 132, 26, 44, accent, 8),
  basket: ({ main, deep, pale, accent }) =>
    path("M92 130 Q120 56 190 96 Q250 40 312 130Z", accent) +
    path("M120 130 Q160 80 214 130Z", paper) +
    path("M70 130 H330 L304 336 Q302 352 286 352 H114 Q98 352 96 336Z", main) +
    veil(
      0.6,
      line("M80 176 H320 M86 222 H314 M92 268 H308 M98 314 H302", deep, 8) +
        line("M130 140 L142 346 M176 140 L182 346 M224 140 L218 346 M270 140 L258 346", pale, 8),
    ) +
    rect(56, 116, 288, 30, deep, 15) + rect(160, 160, 80, 24, deep, 12),
  spice_rack: ({ main, deep, pale, accent }) =>
    rect(70, 40, 260, 312, wood, 14) + rect(88, 58, 224, 276, paper, 6) +
    path("M88 180h224v14h-224zm0 140h224v14h-224z", woodDeep) +
    jars(96, [main, accent, deep, pale]) + jars(236, [accent, leaf, main, gold]),
  cabinet: ({ main, deep, pale, accent }) =>
    rect(92, 326, 18, 26, woodDeep) + rect(290, 326, 18, 26, woodDeep) +
    rect(64, 84, 272, 250, deep, 12) + rect(58, 72, 284, 24, wood, 8) +
    each(
      [104, 182, 260],
      (y) =>
        rect(78, y, 244, 66, main, 8) + line(`M96 ${y + 20} H304`, pale, 4) +
        rect(170, y + 32, 60, 14, accent, 7),
    ) +
    rect(96, 38, 40, 34, accent, 6) +
    path("M116 40 Q84 16 92 -6 Q114 2 118 36 Q120 4 146 0 Q150 24 116 40Z", leaf) +
    rect(220, 56, 78, 16, deep, 4) + rect(228, 42, 62, 14, pale, 4),
  bed: ({ main, deep, pale, accent }) =>
    rect(44, 70, 312, 170, wood, 24) + rect(60, 86, 280, 120, woodDeep, 16) +
    rect(76, 138, 116, 74, paper, 28) + rect(208, 138, 116, 74, paper, 28) +
    rect(150, 172, 100, 54, accent, 20) +
    path("M36 232 Q36 204 64 204 H336 Q364 204 364 232 V320 H36Z", main) +
    path("M36 232 Q36 204 64 204 H336 Q364 204 364 232 Q200 262 36 232Z", pale) +
    veil(
      0.45,
      line("M96 252 V318 M148 258 V318 M200 260 V318 M252 258 V318 M304 252 V318", deep, 5),
    ) +
    rect(30, 314, 340, 22, woodDeep, 8) + rect(48, 334, 18, 18, wood) +
    rect(334, 334, 18, 18, wood),
  pillow: ({ main, deep, pale, accent }) =>
    path(
      "M70 196 Q40 156 66 136 Q134 152 200 150 T334 136 Q360 156 330 196 Q342 270 338 318 Q348 346 326 352 Q262 342 200 344 T74 352 Q52 346 62 318 Q58 270 70 196Z",
      deep,
    ) +
    path(
      "M62 132 Q30 82 62 62 Q134 80 200 78 T338 62 Q370 82 338 132 Q352 200 348 258 Q362 292 334 302 Q264 288 200 290 T66 302 Q38 292 52 258 Q48 200 62 132Z",
      main,
    ) +
    path("M86 128 Q84 98 120 102 T236 104 Q164 120 128 158 Q100 190 92 236 Q80 180 86 128Z", pale) +
    line("M172 176 Q204 208 250 192 M186 214 Q208 228 232 224", deep, 6) +
    rect(300, 252, 32, 18, accent, 4),
  blanket: ({ main, deep, pale, accent }) =>
    rect(44, 268, 312, 84, deep, 42) + rect(44, 268, 312, 62, main, 31) +
    rect(52, 196, 296, 80, deep, 40) + rect(52, 196, 296, 58, pale, 29) +
    rect(60, 124, 280, 80, deep, 40) + rect(60, 124, 280, 58, main, 29) +
    line("M92 152 H160 M92 225 H140 M92 298 H150", accent, 7) +
    path(
      "M240 122 H312 V238 L303 252 L294 238 L285 252 L276 238 L267 252 L258 238 L249 252 L240 238Z",
      accent,
    ) + veil(0.4, line("M240 142 H312 M240 160 H312 M240 206 H312", paper, 6)),
  desk_lamp: ({ main, deep, pale, accent }) =>
    veil(0.75, path("M268 148 L380 340 H150Z", light)) +
    rect(70, 326, 160, 26, deep, 13) + line("M150 326 L98 190 L212 84", steelDeep, 14) +
    disc(98, 190, 16, accent) +
    path("M186 108 L232 48 C282 60 316 100 318 146 L222 168 C202 152 190 130 186 108Z", main) +
    path("M232 48 C282 60 316 100 318 146 L286 154 C280 116 262 80 232 48Z", deep) +
    oval(270, 158, 50, 14, light) + disc(206, 78, 17, pale),
  floor_lamp: ({ main, deep, accent }) =>
    veil(0.7, path("M146 156 L60 346 H340 L254 156Z", light)) + rect(192, 140, 16, 200, ink) +
    path("M130 352 Q132 332 160 332 H240 Q268 332 270 352Z", ink) +
    path("M150 34 H250 L304 160 H96Z", main) + path("M222 34 H250 L304 160 H254Z", deep) +
    rect(92, 154, 216, 12, accent, 6) + line("M232 166 V206", accent, 5) +
    disc(232, 212, 7, accent),
  night_light: ({ main, deep, pale, accent }) =>
    disc(200, 190, 178, light) + path("M110 300 C66 220 92 96 200 90 S334 220 290 300Z", main) +
    path("M236 98 C320 120 324 236 290 300 H244 C284 236 276 150 236 98Z", deep) +
    path("M136 120 L112 46 Q110 36 120 42 L184 92Z", main) +
    path("M264 120 L288 46 Q290 36 280 42 L216 92Z", deep) + disc(168, 190, 12, ink) +
    disc(232, 190, 12, ink) + oval(200, 220, 14, 10, accent) +
    veil(0.7, disc(142, 222, 15, pale) + disc(258, 222, 15, pale)) +
    rect(96, 294, 208, 58, wood, 22) + rect(96, 334, 208, 18, woodDeep, 9),
  pendant: ({ main, deep, pale, accent }) =>
    line("M200 -60 V86", ink, 8) + veil(0.75, path("M112 232 L30 400 H370 L288 232Z", light)) +
    rect(176, 80, 48, 40, accent, 10) +
    path("M70 232 C70 156 124 112 200 112 S330 156 330 232Z", main) +
    path("M250 120 C304 138 330 180 330 232 H276 C278 190 272 150 250 120Z", deep) +
    oval(200, 232, 130, 22, deep) + oval(200, 234, 110, 15, light) + disc(200, 246, 30, "#ffe08a") +
    shine(line("M104 206 Q116 160 156 138", pale, 12)),
  plant: ({ main, deep, pale }) =>
    path("M200 250 C90 230 60 130 96 60 C170 80 214 150 200 250Z", leaf) +
    path("M200 250 C310 230 340 130 304 60 C230 80 186 150 200 250Z", "#4d8a5b") +
    path("M200 250 C150 190 150 90 200 20 C250 90 250 190 200 250Z", "#7dbb82") +
    veil(
      0.5,
      line("M200 250 V60 M200 246 Q130 170 108 88 M200 246 Q270 170 292 88", "#3c6d49", 5),
    ) + path("M122 244 H278 L260 338 Q258 352 244 352 H156 Q142 352 140 338Z", main) +
    path("M230 244 H278 L260 338 Q258 352 244 352 H216Z", deep) + rect(110, 232, 180, 28, pale, 12),
} as const satisfies Motifs;

/** Four jars of spice, whose lids are at `y`. */
function jars(y: number, fills: readonly string[]): string {
  const glasses = path(`M100 ${y + 14}` + "h44v70h-44zm54 0".repeat(4), glass);
  const lids = path(`M106 ${y}` + "h32v16h-32zm54 0".repeat(4), ink);
  const spices = fills.map((fill, n) => rect(100 + 54 * n, y + 36, 44, 48, fill)).join("");
  return glasses + lids + spices + path(`M106 ${y + 46}` + "h32v20h-32zm54 0".repeat(4), paper);
}
