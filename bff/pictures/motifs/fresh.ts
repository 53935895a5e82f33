/** Fruit, in its own colours, and what is ready to eat. */
import { gold, leaf, leafDeep, paper, steel, wood, woodDeep } from "../colours.ts";
import type { Motifs } from "../motif.ts";
import { disc, each, line, oval, path, placed, rect, shine, veil } from "../shapes.ts";

/** Things to eat now. */
export const fresh = {
  orange: () =>
    disc(236, 196, 118, "#e2802a") + disc(228, 190, 118, "#f29a3f") +
    path("M232 84 Q250 36 310 40 Q304 92 232 84Z", leaf) +
    line("M230 90 Q226 66 214 52", woodDeep, 8) + shine(oval(180, 138, 26, 16, paper)) +
    disc(128, 262, 92, "#e2802a") + disc(128, 262, 84, paper) + disc(128, 262, 76, "#f7b04f") +
    line(
      "M128 262 L128 188 M128 262 L192 226 M128 262 L192 298 M128 262 V336 M128 262 L64 298 M128 262 L64 226",
      paper,
      6,
    ) + disc(128, 262, 9, paper),
  melon: () =>
    disc(222, 190, 142, "#b9c46a") +
    veil(
      0.8,
      line(
        "M222 48 C140 110 140 270 222 332 M222 48 C304 110 304 270 222 332 M100 120 Q222 180 346 120 M82 200 Q222 250 362 200 M100 262 Q222 320 344 262",
        "#dfe6a8",
        7,
      ),
    ) + line("M222 52 Q220 26 244 16", leafDeep, 12) +
    path("M20 240 Q120 380 280 330 Q160 330 96 214Z", "#8fa34c") +
    path("M34 240 Q124 360 262 326 Q160 322 100 220Z", "#e9efb8") +
    path("M44 244 Q130 342 230 316 Q150 306 100 226Z", "#f3a25c") +
    each([[92, 262], [118, 286], [150, 304]], ([x, y]) => oval(x, y, 8, 5, paper)),
  apple: () =>
    path(
      "M200 116 C250 60 356 84 348 196 C342 296 262 372 200 342 C138 372 58 296 52 196 C44 84 150 60 200 116Z",
      "#d8493f",
    ) +
    path(
      "M262 84 C330 88 352 140 348 196 C342 296 262 372 200 342 C300 320 326 180 262 84Z",
      "#b5352f",
    ) + line("M200 118 Q196 76 214 40", woodDeep, 11) +
    path("M212 70 Q240 16 306 32 Q290 92 212 70Z", leaf) +
    shine(path("M92 168 Q98 118 140 108 Q116 140 114 190Z", paper)) +
    oval(200, 118, 30, 9, "#a82f2a"),
  strawberry: () =>
    each([[136, 214, -16, 0.86], [262, 200, 14, 1]], ([x, y, turn, scale]) =>
      placed(
        { x, y, turn, scale },
        path(
          "M0 150 C-92 80 -118 -20 -84 -62 C-50 -96 50 -96 84 -62 C118 -20 92 80 0 150Z",
          "#e0454b",
        ) +
          path(
            "M40 -86 C60 -82 76 -72 84 -62 C118 -20 92 80 0 150 C60 60 72 -20 40 -86Z",
            "#bd343c",
          ) +
          path(
            "M-86 -62 L-40 -74 L-54 -120 L-8 -86 L10 -130 L28 -84 L72 -112 L50 -70 L92 -54 L36 -44 L10 -18 L-22 -46Z",
            leaf,
          ) +
          each([[-50, -14], [-14, 10], [28, -12], [-34, 46], [8, 56], [48, 30], [-4, 100]], (
            [a, b],
          ) => oval(a, b, 5, 8, gold)),
      )),
  mango: () =>
    path(
      "M262 76 C352 116 372 236 300 300 C230 362 110 360 66 292 C28 226 96 176 150 136 C190 104 216 60 262 76Z",
      "#f0a63a",
    ) +
    path(
      "M262 76 C352 116 372 236 300 300 C230 362 110 360 66 292 C160 320 300 260 262 76Z",
      "#e2793a",
    ) + line("M258 80 Q250 50 262 30", woodDeep, 11) +
    path("M262 58 Q310 10 372 40 Q338 90 262 58Z", leaf) +
    shine(path("M108 250 Q110 206 158 176 Q200 150 214 128 Q206 196 150 224Z", paper)),
  coffee: ({ main, deep, pale, accent }) =>
    veil(0.5, line("M132 110 q-14 -18 0 -36 t0 -34 M186 110 q-14 -18 0 -36 t0 -34", deep, 8)) +
    line("M252 190 C330 170 330 282 244 274", deep, 20) +
    path("M58 160 H262 V270 Q262 330 204 330 H116 Q58 330 58 270Z", main) +
    path("M222 160 H262 V270 Q262 330 204 330 H176 Q224 320 222 260Z", deep) +
    oval(160, 160, 102, 24, pale) + oval(160, 162, 88, 18, "#6b3f2a") +
    oval(150, 162, 34, 7, "#b98256") + oval(170, 338, 150, 16, steel) +
    oval(170, 334, 150, 14, paper) +
    each([[324, 318, -20], [356, 336, 30], [308, 342, 10]], ([x, y, turn]) =>
      placed(
        { x, y, turn },
        oval(0, 0, 20, 14, "#6b3f2a") + line("M-15 0 Q0 -7 15 0", "#40241a", 3),
      )) +
    rect(118, 222, 60, 36, accent, 8),
  oats: ({ main, deep, pale, accent }) =>
    rect(86, 92, 150, 260, deep, 18) + rect(80, 92, 146, 254, main, 18) +
    rect(72, 62, 172, 44, pale, 14) + rect(96, 150, 116, 130, paper, 12) +
    path(
      "M154 264 V184 M154 264 q-30 -6 -30 -30 q28 4 30 30 q2 -26 30 -30 q0 24 -30 30Z M154 226 q-28 -6 -28 -28 q26 4 28 28 q2 -24 28 -28 q0 22 -28 28Z",
      gold,
    ) + rect(110, 300, 90, 16, accent, 8) +
    path("M210 264 H376 Q372 344 326 350 H262 Q216 344 210 264Z", pale) +
    oval(293, 264, 83, 20, deep) + oval(293, 265, 70, 14, "#f3dfb4") +
    disc(272, 262, 9, "#d8493f") + disc(300, 268, 9, "#4e6fae") + disc(320, 260, 8, "#d8493f"),
  lotus_powder: ({ main, deep, pale, accent }) =>
    rect(88, 96, 232, 252, deep, 24) + rect(80, 96, 226, 248, main, 24) +
    oval(194, 98, 114, 28, deep) + oval(194, 90, 114, 28, pale) + rect(80, 176, 226, 118, paper) +
    path(
      "M194 274 C140 268 116 236 116 208 C150 212 176 232 194 274 C212 232 238 212 272 208 C272 236 248 268 194 274Z",
      "#f2a3b3",
    ) + path("M194 274 C164 250 164 214 194 190 C224 214 224 250 194 274Z", "#f8cbd4") +
    rect(150, 306, 90, 16, accent, 8),
  noodles: ({ main, deep, pale, accent }) =>
    path("M92 140 H308 L280 338 Q278 352 264 352 H136 Q122 352 120 338Z", main) +
    path("M262 140 H308 L280 338 Q278 352 264 352 H236Z", deep) + rect(76, 118, 248, 30, pale, 14) +
    path("M104 230 H296 L290 274 H110Z", paper) +
    line("M130 252 q18 -18 36 0 t36 0 t36 0 t30 0", gold, 9) +
    line("M250 20 L212 118 M286 30 L236 118", wood, 9) +
    path("M120 118 q20 -40 44 -14 q16 -34 40 -6 q26 -26 44 20Z", gold) +
    disc(178, 312, 13, accent) + disc(214, 312, 13, leaf),
} as const satisfies Motifs;
