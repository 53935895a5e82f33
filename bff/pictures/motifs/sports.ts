/** For running, cycling and exercise. */
import { gold, ink, paper, steel, steelDeep } from "../colours.ts";
import type { Motifs } from "../motif.ts";
import { disc, each, line, oval, path, placed, rect, ring, shine, veil } from "../shapes.ts";

/** Sports things. */
export const sports = {
  helmet: ({ main, deep, pale, accent }) =>
    line("M108 250 L150 352 M292 250 L170 352", ink, 9) + rect(134, 338, 48, 16, ink, 7) +
    path(
      "M36 252 C36 130 116 60 214 60 C312 60 372 140 366 236 Q364 266 332 262 L110 268 Q36 282 36 252Z",
      main,
    ) + path("M36 252 Q120 232 366 236 Q364 266 332 262 L110 268 Q36 282 36 252Z", deep) +
    each(
      [[-30, 120], [0, 186], [26, 252]],
      ([turn, x]) =>
        placed({ x, y: 146, turn }, oval(0, 0, 17, 56, deep) + oval(5, 0, 11, 48, ink)),
    ) + path("M322 112 Q366 150 366 220 Q340 180 300 168Z", pale) +
    disc(74, 226, 10, accent) + shine(path("M72 196 Q84 130 134 96 Q104 140 96 196Z", paper)),
  bike_light: ({ main, deep, pale, accent }) =>
    path("M90 130 L-40 60 V330 L90 250Z", "#fff1bd") + rect(126, 120, 216, 140, deep, 34) +
    rect(126, 120, 206, 130, main, 34) +
    path("M150 106 L96 90 Q76 90 76 112 V260 Q76 282 96 280 L150 266Z", ink) +
    oval(86, 186, 16, 78, "#fff6d4") + oval(86, 186, 8, 50, gold) +
    veil(0.6, line("M190 148 V222 M212 148 V222 M234 148 V222", deep, 8)) +
    disc(286, 154, 13, accent) + rect(262, 196, 46, 12, pale, 6) +
    path("M186 258 H264 V306 Q264 352 225 352 T186 306Z", ink) + ring(225, 312, 22, steelDeep, 10),
  pannier: ({ main, deep, pale, accent }) =>
    rect(60, 62, 280, 18, ink, 9) + line("M122 70 V108 M278 70 V108", ink, 16) +
    path("M84 104 H316 L336 330 Q336 352 312 352 H88 Q64 352 64 330Z", main) +
    path("M280 104 H316 L336 330 Q336 352 312 352 H272Z", deep) +
    path("M78 104 Q78 92 96 92 H304 Q322 92 322 104 L316 214 H84Z", pale) +
    path("M280 92 H304 Q322 92 322 104 L316 214 H276Z", main) + rect(134, 120, 22, 170, ink, 5) +
    rect(236, 120, 22, 170, ink, 5) + rect(126, 226, 38, 30, accent, 6) +
    rect(228, 226, 38, 30, accent, 6) + path("M172 150 H220 L196 190Z", accent) +
    veil(0.8, rect(96, 316, 196, 12, paper, 6)),
  floor_pump: ({ main, deep, pale, accent }) =>
    line("M206 320 C330 330 330 190 300 140 S250 60 292 44", ink, 10) +
    rect(280, 26, 40, 22, steelDeep, 8) + rect(110, 22, 160, 30, ink, 15) +
    rect(184, 48, 12, 90, steel) + rect(164, 126, 60, 190, deep, 12) +
    rect(164, 126, 48, 190, main, 12) + rect(164, 118, 60, 24, ink, 8) +
    line("M190 312 L92 346 M190 312 L290 346", steelDeep, 15) +
    path("M150 320 H238 L252 352 H136Z", ink) + disc(188, 250, 37, steelDeep) +
    disc(188, 250, 30, paper) + line("M188 250 L206 232", accent, 6) + disc(188, 250, 5, ink) +
    shine(rect(174, 152, 8, 60, pale, 4)),
  bike_lock: ({ main, deep, pale, accent }) =>
    line("M120 236 V146 C120 20 280 20 280 146 V236", steelDeep, 30) +
    line("M114 236 V146 C114 26 272 20 274 140", steel, 12) + rect(66, 206, 276, 130, deep, 30) +
    rect(60, 206, 274, 120, main, 30) + disc(196, 256, 24, ink) +
    path("M188 254 H204 L210 300 H182Z", ink) + rect(84, 230, 40, 72, pale, 12) +
    rect(270, 230, 40, 72, pale, 12) + disc(104, 266, 8, accent) + disc(290, 266, 8, accent),
  yoga_mat: ({ main, deep, pale, accent }) =>
    path("M150 300 H330 Q372 304 386 352 H116Z", pale) + line("M176 326 H352", main, 5) +
    path("M120 252 L330 208 A62 62 0 0 1 352 330 L140 352Z", deep) +
    path("M112 236 L318 196 A62 62 0 0 1 344 312 L136 352Z", main) + oval(124, 294, 58, 60, deep) +
    oval(124, 294, 46, 48, pale) +
    line("M124 294 m-4 0 a8 8 0 1 1 16 4 a20 22 0 1 1 -32 -18 a34 34 0 0 1 52 46", deep, 7) +
    path("M210 216 L238 210 Q262 270 250 332 L222 336 Q236 270 210 216Z", accent) +
    path("M284 202 L308 198 Q336 250 322 318 L296 324 Q312 256 284 202Z", accent),
  dumbbell: ({ main, deep, pale, accent }) =>
    placed(
      { turn: -22, about: [200, 210] },
      rect(120, 192, 160, 36, steel, 8) +
        veil(
          0.6,
          line(
            "M150 194 V226 M170 194 V226 M190 194 V226 M210 194 V226 M230 194 V226 M250 194 V226",
            steelDeep,
            5,
          ),
        ) + rect(28, 166, 30, 88, deep, 12) + rect(342, 166, 30, 88, deep, 12) +
        rect(52, 118, 46, 184, main, 18) + rect(302, 118, 46, 184, main, 18) +
        rect(92, 138, 36, 144, deep, 14) + rect(272, 138, 36, 144, deep, 14) +
        shine(rect(60, 140, 9, 140, pale, 4) + rect(310, 140, 9, 140, pale, 4)) +
        disc(43, 210, 8, accent) + disc(357, 210, 8, accent),
    ),
  band: ({ main, deep, pale, accent }) =>
    line("M90 130 C40 220 110 330 200 300 S380 220 310 110 S150 40 90 130Z", deep, 46) +
    line("M86 122 C36 212 106 322 196 292 S376 212 306 102 S146 32 86 122Z", main, 40) +
    line("M112 124 C80 200 130 284 196 264", pale, 7) + rect(252, 62, 62, 36, accent, 8) +
    line("M262 74 H302 M262 86 H290", paper, 4),
  roller: ({ main, deep, pale, accent }) =>
    placed(
      { turn: -18, about: [200, 210] },
      rect(70, 130, 270, 164, deep, 40) + rect(66, 124, 262, 160, main, 40) +
        veil(
          0.55,
          each([0, 1, 2, 3], (n) =>
            rect(166 + n * 40, 140, 26, 38, deep, 9) + rect(150 + n * 40, 190, 26, 38, deep, 9) +
            rect(166 + n * 40, 238, 26, 38, deep, 9)),
        ) + oval(96, 206, 52, 84, deep) + oval(92, 204, 46, 76, pale) + oval(92, 204, 26, 46, ink) +
        rect(300, 150, 14, 100, accent, 7),
    ),
  skipping_rope: ({ main, deep, pale, accent }) =>
    line("M112 210 C40 360 150 380 200 300 S330 130 360 250 S250 380 286 210", accent, 12) +
    placed(
      { turn: 14, about: [120, 120] },
      rect(100, 30, 46, 184, deep, 20) + rect(100, 30, 36, 180, main, 18) +
        line("M104 70 H132 M104 92 H132 M104 114 H132", pale, 6),
    ) +
    placed(
      { turn: -14, about: [280, 120] },
      rect(258, 30, 46, 184, deep, 20) + rect(258, 30, 36, 180, main, 18) +
        line("M262 70 H290 M262 92 H290 M262 114 H290", pale, 6),
    ),
  ball: ({ main, deep }) =>
    disc(200, 202, 150, deep) + disc(194, 196, 144, main) +
    line(
      "M60 160 Q200 220 336 150 M70 250 Q190 260 320 270 M200 52 Q150 200 206 344 M110 84 Q250 180 300 300",
      ink,
      7,
    ) + shine(oval(140, 118, 34, 20, paper)),
  bike: ({ main, deep, pale, accent }) =>
    each(
      [96, 304],
      (x) =>
        ring(x, 272, 76, ink, 12) + ring(x, 272, 64, pale, 5) + disc(x, 272, 9, steelDeep) +
        veil(
          0.5,
          line(
            `M${x} 210 V334 M${x - 62} 272 H${x + 62} M${x - 44} 228 L${x + 44} 316 M${
              x + 44
            } 228 L${x - 44} 316`,
            steelDeep,
            3,
          ),
        ),
    ) +
    line(
      "M96 272 L160 150 H264 L190 272Z M190 272 L150 122 M264 150 L304 272 M264 150 L254 106",
      main,
      13,
    ) + line("M254 106 H290 Q308 108 300 130", ink, 11) + rect(116, 106, 72, 20, ink, 10) +
    disc(190, 272, 20, deep) + line("M190 272 L212 304 M202 306 H226", ink, 8) +
    disc(190, 272, 7, accent),
} as const satisfies Motifs;
