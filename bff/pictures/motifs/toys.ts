/** Toys and books for children. */
import { gold, ink, leaf, paper, steelDeep, wood, woodDeep } from "../colours.ts";
import type { Motifs } from "../motif.ts";
import { disc, each, line, oval, path, placed, rect, ring, shine, stars, veil } from "../shapes.ts";

/** Toys and books. */
export const toys = {
  blocks: ({ main, deep, pale, accent }) =>
    rect(58, 212, 136, 140, deep, 12) + rect(58, 212, 128, 132, main, 12) +
    rect(206, 212, 136, 140, "#bb8e27", 12) + rect(206, 212, 128, 132, gold, 12) +
    placed(
      { turn: -5, about: [196, 140] },
      rect(132, 82, 132, 132, "#467358", 12) + rect(132, 82, 124, 124, leaf, 12) +
        path("M194 106 L224 180 H164Z", paper),
    ) + disc(122, 278, 34, paper) + rect(240, 248, 60, 60, paper, 6) +
    path("M150 78 L196 14 L244 74Z", accent) + disc(122, 278, 16, pale),
  puzzle: ({ main, deep, pale, accent }) =>
    path("M60 66 H190 V104 A26 26 0 1 1 190 152 V196 H152 A26 26 0 1 0 98 196 H60Z", main) +
    path("M60 210 H92 A34 34 0 0 1 158 210 H190 V250 A26 26 0 1 1 190 298 V340 H60Z", deep) +
    path("M204 166 A38 38 0 0 0 204 90 V66 H334 V196 H296 A26 26 0 1 1 242 196 H204Z", accent) +
    placed(
      { turn: 12, about: [290, 290], x: 306, y: 296 },
      path("M204 312 A38 38 0 0 0 204 236 V210 H236 A34 34 0 0 1 302 210 H334 V340 H204Z", pale),
    ) + disc(104, 110, 9, paper) + disc(290, 110, 9, paper) + disc(104, 300, 9, pale),
  magnet_tiles: ({ main, pale, accent }) =>
    veil(
      0.88,
      path("M60 200 H194 V346 H60Z", main) + path("M206 200 H340 V346 H206Z", accent) +
        path("M60 190 L127 62 L194 190Z", pale) + path("M206 190 L273 62 L340 190Z", leaf) +
        path("M138 54 L262 54 L200 170Z", gold),
    ) +
    line(
      "M72 212 H182 V334 H72Z M218 212 H328 V334 H218Z M78 180 L127 84 L176 180Z M224 180 L273 84 L322 180Z M158 66 H242 L200 146Z",
      paper,
      6,
    ) + veil(0.6, line("M72 212 L182 334 M328 212 L218 334", paper, 5)),
  train: ({ main, deep, pale, accent }) =>
    path(
      "M24 340h36v14h-36zm76 0h36v14h-36zm76 0h36v14h-36zm76 0h36v14h-36zm76 0h36v14h-36z",
      woodDeep,
    ) + rect(6, 336, 388, 8, wood, 4) + rect(40, 120, 130, 180, main, 16) +
    rect(30, 100, 150, 32, deep, 14) + rect(64, 152, 82, 66, "#e3eff5", 10) +
    rect(160, 190, 190, 110, accent, 26) + rect(296, 118, 36, 80, deep, 6) +
    rect(286, 106, 56, 24, ink, 8) + disc(222, 186, 22, gold) + rect(330, 236, 34, 30, gold, 10) +
    rect(36, 286, 330, 26, ink, 10) + each([84, 190, 256, 322], (x) =>
      disc(x, 316, 30, deep) + disc(x, 316, 20, pale) + disc(x, 316, 8, ink)) +
    veil(0.7, disc(330, 76, 20, paper) + disc(362, 44, 26, paper)),
  toy_kitchen: ({ main, deep, pale, accent }) =>
    rect(70, 30, 260, 126, pale, 14) + rect(92, 50, 90, 62, "#e3eff5", 8) +
    line("M137 50 V112 M92 80 H182", paper, 5) + line("M210 60 H306", deep, 7) +
    each([226, 258, 290], (x, n) =>
      line(`M${x} 62 v22`, steelDeep, 5) +
      (n === 1 ? rect(x - 11, 84, 22, 24, accent, 5) : oval(x, 96, 12, 14, steelDeep))) +
    rect(50, 150, 300, 30, wood, 10) + rect(62, 178, 276, 174, main, 10) +
    rect(210, 196, 112, 136, deep, 10) + rect(224, 222, 84, 74, "#4a3a36", 8) +
    path("M236 282 q30 -44 60 0Z", gold) + rect(228, 204, 76, 8, pale, 4) +
    rect(82, 228, 110, 104, deep, 10) + rect(128, 240, 20, 8, pale, 4) +
    disc(100, 204, 11, accent) + disc(136, 204, 11, gold) + disc(172, 204, 11, leaf) +
    oval(130, 142, 42, 10, ink) +
    path("M98 108 H162 V132 Q162 144 150 144 H110 Q98 144 98 132Z", accent) +
    disc(130, 104, 7, ink),
  book: ({ main, deep, pale, accent }) =>
    placed(
      { turn: -7, about: [200, 200] },
      rect(86, 44, 240, 308, paper, 10) +
        veil(0.5, line("M318 60 V340 M310 54 V346", steelDeep, 3)) +
        rect(74, 36, 240, 308, deep, 12) + rect(94, 36, 220, 308, main, 10) +
        path("M94 250 Q150 190 204 244 T314 232 V334 Q314 344 304 344 H94Z", leaf) +
        path("M94 290 Q190 240 314 296 V334 Q314 344 304 344 H94Z", "#467358") +
        disc(262, 108, 30, gold) +
        path("M160 250 L160 190 L130 190 L180 136 L230 190 L200 190 L200 262Z", accent) +
        rect(170, 214, 22, 42, ink, 4) + rect(116, 60, 108, 18, paper, 8) +
        rect(116, 86, 70, 12, pale, 6),
    ),
  story_book: ({ main, deep, pale, accent }) =>
    placed(
      { turn: 6, about: [200, 200] },
      rect(86, 44, 240, 308, paper, 10) + rect(74, 36, 240, 308, deep, 12) +
        rect(94, 36, 220, 308, "#2f3d6b", 10) +
        path("M250 96 a62 62 0 1 0 30 98 a54 54 0 0 1 -30 -98Z", gold) +
        stars(paper, [130, 90], [276, 250], [140, 210], [286, 88]) +
        path("M94 288 Q150 246 204 282 T314 276 V334 Q314 344 304 344 H94Z", main) +
        path("M150 280 q-6 -40 26 -44 q40 0 40 30 q14 0 12 20 q-40 10 -78 -6Z", pale) +
        path("M150 246 L146 218 L168 236Z", pale) + rect(120, 312, 90, 12, accent, 6),
    ),
  pop_up_book: ({ main, deep, pale, accent }) =>
    path("M200 300 L40 260 V340 L200 372 L360 340 V260Z", deep) +
    path("M200 292 L36 250 V320 L200 354Z", paper) +
    path("M200 292 L364 250 V320 L200 354Z", "#f3ecdc") +
    path("M96 286 V170 L150 110 L200 170 V304Z", main) +
    path("M200 304 V150 L256 84 L306 150 V284Z", accent) +
    path("M150 110 L200 170 H96Z M256 84 L306 150 H200Z", deep) + rect(128, 210, 34, 52, ink, 14) +
    rect(234, 190, 38, 40, paper, 6) + rect(234, 244, 38, 30, paper, 6) +
    path("M40 270 Q70 180 100 280Z M300 278 Q340 170 362 262Z", leaf) + disc(90, 90, 28, gold) +
    veil(0.9, path("M286 66 q14 -28 40 -10 q24 -10 30 16 h-82 q0 -10 12 -6Z", pale)) +
    shine(rect(130, 212, 6, 40, paper)),
  colouring_book: ({ main, deep, accent, pale }) =>
    rect(56, 60, 232, 292, deep, 10) + rect(50, 52, 232, 292, paper, 10) +
    line(
      "M84 300 V240 L160 176 L240 240 V300Z M140 300 V256 H182 V300 M196 252 h26 v24 h-26z",
      ink,
      6,
    ) + path("M88 244 L160 182 L236 244Z", main) + ring(232, 110, 24, ink, 6) +
    path("M84 130 q10 -20 28 -10 q16 -12 26 10Z", pale) +
    each([[300, main], [326, accent], [352, leaf]], ([x, fill], n) =>
      placed(
        { turn: 8 + n * 10, about: [x, 350] },
        rect(x - 14, 190, 28, 162, fill, 4) +
          rect(x - 14, 232, 28, 10, ink) + rect(x - 14, 320, 28, 10, ink) +
          path(`M${x - 14} 190 L${x} 154 L${x + 14} 190Z`, fill),
      )),
} as const satisfies Motifs;
