/** Paper to write on, and the days of the year. */
import { gold, ink, paper, steel, steelDeep } from "../colours.ts";
import type { Motifs } from "../motif.ts";
import { disc, each, line, path, placed, rect, veil } from "../shapes.ts";

/** Rings that hold a block of paper, from `x` on, at the height `y`. */
function rings(x: number, y: number, count: number, gap: number): string {
  return line(`M${x} ${y}` + `v34m${gap} -34`.repeat(count - 1) + "v34", steelDeep, 8);
}

/** Things of paper. */
export const notebooks = {
  notebook: ({ main, deep, pale, accent }) =>
    placed(
      { turn: -8, about: [200, 200] },
      rect(98, 44, 218, 312, paper, 14) +
        veil(0.5, line("M306 70 V334 M298 64 V342", steelDeep, 3)) +
        rect(88, 36, 218, 312, deep, 16) + rect(100, 36, 206, 312, main, 14) +
        rect(268, 36, 14, 312, accent) + rect(134, 92, 110, 72, paper, 8) +
        rect(150, 112, 78, 9, deep, 4) + rect(150, 132, 54, 8, pale, 4) +
        path("M150 348 H172 V388 L161 376 L150 388Z", accent),
    ),
  sketchbook: ({ main, deep, accent }) =>
    placed(
      { turn: 5, about: [200, 200] },
      rect(60, 56, 288, 304, deep, 12) + rect(54, 48, 288, 304, paper, 10) + rings(84, 32, 9, 29) +
        path("M80 300 L150 196 L196 258 L232 214 L316 318 V326 H80Z", main) +
        path("M80 326 Q180 266 316 318 V326Z", deep) + disc(256, 150, 32, accent) +
        line("M96 130 q10 -12 20 0 q10 -12 20 0 M140 104 q8 -10 16 0 q8 -10 16 0", ink, 5),
    ) +
    placed(
      { turn: 40, about: [330, 280] },
      rect(320, 170, 24, 150, gold) + path("M320 320 H344 L332 352Z", "#e6c39b") +
        path("M328 342 H336 L332 352Z", ink) + rect(320, 154, 24, 22, "#e592a7", 6),
    ),
  journal: ({ main, deep, pale, accent }) =>
    path("M30 100 Q120 66 200 104 V340 Q120 304 30 334Z", paper) +
    path("M370 100 Q280 66 200 104 V340 Q280 304 370 334Z", "#f3ecdc") +
    path(
      "M22 112 L30 100 V334 Q120 304 200 340 Q280 304 370 334 V100 L378 112 V350 Q280 322 200 356 Q120 322 22 350Z",
      main,
    ) +
    veil(
      0.6,
      line(
        "M58 140 Q120 122 172 142 M58 176 Q120 158 172 178 M58 212 Q120 194 172 214 M58 248 Q120 230 172 250",
        steelDeep,
        5,
      ),
    ) + path("M228 150 Q280 130 342 142 V226 Q280 214 228 234Z", pale) +
    path("M236 226 L268 180 L290 208 L312 186 L336 222 Q284 214 236 226Z", deep) +
    line("M232 268 Q280 250 338 262 M232 296 Q270 282 306 286", steelDeep, 5) +
    path("M186 96 H208 V212 L197 200 L186 212Z", accent),
  pad: ({ main, deep, pale, accent }) =>
    placed(
      { turn: -6, about: [200, 200] },
      rect(96, 70, 220, 288, deep, 10) + rect(90, 62, 220, 288, paper, 8) +
        rect(90, 44, 220, 66, main, 10) + rings(116, 30, 7, 28) +
        veil(0.6, line("M116 184 H284 M116 220 H284 M116 256 H284", steelDeep, 4)) +
        line("M116 148 l10 10 l18 -22", accent, 8) + line("M160 150 H270", deep, 7) +
        path("M310 300 V342 Q310 350 302 350 H252Z", pale),
    ),
  wall_calendar: ({ main, deep, accent }) =>
    line("M140 60 L200 10 L260 60", steelDeep, 5) + rect(66, 58, 276, 304, deep, 10) +
    rect(60, 50, 276, 304, paper, 10) + rect(60, 50, 276, 136, main, 10) +
    path("M60 170 L134 96 L188 152 L232 112 L336 178 V190 H60Z", deep) + disc(282, 92, 21, accent) +
    rings(100, 34, 8, 28) +
    path(
      "M84 214" + "h28v22h-28zm38 0".repeat(6) + " M84 250" + "h28v22h-28zm38 0".repeat(6) +
        " M84 286" + "h28v22h-28zm38 0".repeat(6) + " M84 322" + "h28v16h-28zm38 0".repeat(3),
      steel,
    ) + rect(198, 250, 28, 22, accent, 4),
  desk_calendar: ({ main, deep, pale, accent }) =>
    path("M70 110 H330 L372 352 H28Z", deep) + path("M76 96 H324 L352 330 H48Z", paper) +
    path("M76 96 H324 L330 146 H70Z", main) + rings(104, 78, 8, 27) +
    path(
      "M84 178" + "h30v26h-30zm40 0".repeat(6) + " M78 220" + "h32v28h-32zm42 0".repeat(6) +
        " M72 264" + "h34v30h-34zm44 0".repeat(6),
      steel,
    ) + rect(162, 220, 32, 28, accent, 4) + rect(130, 116, 140, 14, pale, 7),
  planner: ({ main, deep, pale, accent }) =>
    rect(40, 66, 166, 288, deep, 12) + rect(194, 66, 166, 288, deep, 12) +
    rect(48, 58, 152, 284, paper, 8) + rect(200, 58, 152, 284, paper, 8) +
    rect(64, 78, 120, 22, main, 8) + rect(216, 78, 120, 22, accent, 8) +
    each(
      [118, 172, 226, 280],
      (y) =>
        rect(64, y, 120, 42, pale, 8) + rect(216, y, 16, 16, steel, 4) +
        veil(0.5, line(`M244 ${y + 8} H330 M244 ${y + 28} H306`, steelDeep, 5)),
    ) + line("M218 124 l7 8 l16 -18", main, 7) +
    line("M192 92 h16 M192 150 h16 M192 208 h16 M192 266 h16 M192 316 h16", steelDeep, 9) +
    rect(348, 110, 22, 40, accent, 4) + rect(348, 168, 22, 40, main, 4),
} as const satisfies Motifs;
