/** Tools for the hand, with and without a battery. */
import { gold, ink, leaf, paper, steel, steelDeep, wood, woodDeep } from "../colours.ts";
import type { Motifs } from "../motif.ts";
import { disc, each, line, path, placed, rect, veil } from "../shapes.ts";

/** The battery machine that all power tools are built around: grip and battery. */
function grip(main: string, deep: string, accent: string): string {
  return path("M176 170 H262 L286 290 H210Z", ink) + rect(178, 280, 136, 66, deep, 12) +
    rect(178, 280, 136, 42, main, 12) + rect(196, 292, 56, 14, accent, 6) +
    path("M168 190 Q150 222 172 236 L196 230 L190 196Z", accent);
}

/** Tools. */
export const tools = {
  shears: ({ main, deep, pale, accent }) =>
    placed(
      { turn: 24, about: [200, 200] },
      path("M206 214 C206 120 186 60 214 10 C250 60 244 140 224 220Z", steel) +
        path("M196 214 C196 140 150 80 160 40 C206 70 216 140 214 216Z", steelDeep) +
        line("M190 220 C150 280 150 330 160 372", deep, 30) +
        line("M188 224 C150 280 148 326 156 364", main, 22) +
        line("M214 220 C254 280 254 330 244 372", deep, 30) +
        line("M214 222 C250 280 250 326 242 364", main, 22) + disc(203, 214, 21, ink) +
        disc(203, 214, 8, accent) + line("M158 320 V356 M242 320 V356", pale, 6),
    ),
  hammer: ({ main, deep, pale, accent }) =>
    placed(
      { turn: 36, about: [200, 200], scale: 0.9 },
      rect(176, 90, 42, 290, woodDeep, 14) + rect(176, 90, 32, 288, wood, 12) +
        rect(170, 250, 54, 132, deep, 20) + rect(170, 250, 42, 128, main, 18) +
        veil(0.6, line("M178 284 H204 M178 306 H204 M178 328 H204 M178 350 H204", pale, 5)) +
        path("M112 36 H216 Q290 20 334 84 Q290 70 246 96 H112Z", steelDeep) +
        rect(84, 26, 44, 80, steel, 8) + rect(166, 92, 62, 16, accent, 6),
    ),
  screwdriver: ({ main, deep, pale, accent }) =>
    each([[-24, main, deep, 0], [0, accent, ink, 1], [24, pale, deep, 2]], (
      [turn, body, end, kind],
    ) =>
      placed(
        { turn, about: [200, 430], y: 436 },
        rect(192, 30, 16, 150, steel) + (kind === 1
          ? path("M186 14 H214 L208 44 H192Z", steelDeep)
          : path("M192 34 L200 6 L208 34Z", steelDeep)) +
          rect(176, 170, 48, 28, end, 8) + rect(172, 190, 56, 150, body, 24) +
          veil(0.5, line("M188 214 V312 M200 214 V312 M212 214 V312", end, 5)),
      )),
  hand_saw: ({ main, deep, pale, accent }) =>
    placed(
      { turn: -24, about: [200, 200], scale: 0.86 },
      path("M120 150 L420 176 V214 L120 262Z", steel) +
        path(
          "M120 250 l16 14 l14 -20 l16 14 l14 -20 l16 14 l14 -20 l16 13 l14 -19 l16 13 l14 -19 l16 12 l14 -18 l16 12 l14 -18 l16 12 l14 -18 l16 12 l8 -14 L420 196 L120 236Z",
          steelDeep,
        ) +
        path(
          "M-10 150 Q-20 120 20 122 L124 140 L140 268 Q100 270 80 300 Q40 330 16 300 Q-20 260 -10 150Z",
          deep,
        ) +
        path(
          "M-10 146 Q-20 116 20 118 L118 136 L132 260 Q96 262 74 292 Q40 320 16 292 Q-20 252 -10 146Z",
          main,
        ) + path("M28 164 Q66 160 84 180 L88 226 Q60 250 40 250 Q18 220 28 164Z", paper) +
        disc(112, 172, 9, accent) + disc(116, 224, 9, accent) + line("M160 174 L380 192", pale, 5),
    ),
  drill: ({ main, deep, pale, accent }) =>
    rect(14, 122, 84, 12, steel, 4) + path("M0 128 L20 118 V138Z", steelDeep) +
    path("M84 96 H150 V162 H84 L70 148 V110Z", ink) + rect(140, 74, 200, 110, deep, 34) +
    rect(140, 74, 190, 100, main, 34) + grip(main, deep, accent) +
    veil(0.6, line("M276 104 V146 M294 104 V146 M312 106 V144", deep, 7)) +
    rect(166, 100, 70, 16, pale, 8) + rect(146, 74, 14, 108, deep),
  hedge_trimmer: ({ main, deep, pale, accent }) =>
    placed(
      { turn: -18, about: [200, 220] },
      path("M10 176 H210 V214 H10 Q-6 195 10 176Z", steel) +
        path(
          "M14 176 l10 -22 l10 22 h12 l10 -22 l10 22 h12 l10 -22 l10 22 h12 l10 -22 l10 22 h12 l10 -22 l10 22Z M14 214 l10 22 l10 -22 h12 l10 22 l10 -22 h12 l10 22 l10 -22 h12 l10 22 l10 -22 h12 l10 22 l10 -22Z",
          steelDeep,
        ) +
        path("M190 160 L240 120 H330 Q380 124 384 180 V236 Q384 268 350 268 H236 L190 230Z", main) +
        path("M190 216 L384 200 V236 Q384 268 350 268 H236 L190 230Z", deep) +
        line("M256 118 C256 60 360 60 360 130", ink, 22) + rect(286, 152, 62, 28, pale, 10) +
        disc(240, 186, 14, accent),
    ) + path("M20 352 q-10 -30 20 -36 q4 -26 34 -16 q26 -10 34 18 q24 8 12 34Z", leaf),
  jigsaw: ({ main, deep, pale, accent }) =>
    rect(30, 300, 340, 36, wood, 4) + line("M84 318 H200", woodDeep, 5) +
    rect(96, 276, 220, 24, steelDeep, 8) + path("M150 120 H292 Q340 120 340 180 V276 H150Z", main) +
    path("M150 220 H340 V276 H150Z", deep) +
    path("M142 128 C142 60 300 60 318 140 L290 150 C270 100 190 100 178 150 H142Z", ink) +
    rect(110, 160, 48, 110, ink, 10) + path("M124 268 H144 V352 L134 364 L124 352Z", steel) +
    line("M124 306 h-6 M124 322 h-6 M124 338 h-6", steelDeep, 4) +
    rect(198, 170, 80, 26, pale, 10) + disc(304, 182, 13, accent),
  leaf_blower: ({ main, deep, pale, accent }) =>
    path("M170 190 L30 226 Q10 250 30 274 L180 260Z", ink) +
    path(
      "M160 160 C180 90 330 90 346 190 C356 270 300 320 230 306 C180 296 150 240 160 160Z",
      deep,
    ) +
    path(
      "M160 154 C180 84 322 84 336 184 C346 260 292 308 226 296 C178 286 150 232 160 154Z",
      main,
    ) + disc(248, 204, 56, pale) +
    veil(0.6, line("M210 180 H286 M204 204 H292 M210 228 H286", deep, 7)) +
    line("M196 112 C200 40 330 40 326 128", ink, 22) + disc(222, 122, 11, accent) +
    line("M16 236 H-30 M14 256 H-16", steelDeep, 7) +
    placed({ x: 40, y: 320, turn: -30 }, path("M0 0 Q20 -34 50 -20 Q40 16 0 0Z", gold)) +
    placed({ x: 100, y: 340, turn: 20 }, path("M0 0 Q20 -34 50 -20 Q40 16 0 0Z", leaf)),
} as const satisfies Motifs;
