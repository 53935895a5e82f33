/** Care of the skin, and colours for it. */
import { gold, ink, leaf, paper, steel, steelDeep } from "../colours.ts";
import type { Motifs } from "../motif.ts";
import { disc, each, line, oval, path, placed, rect, shine, veil } from "../shapes.ts";

/** Cosmetics. */
export const cosmetics = {
  serum: ({ main, deep, pale, accent }) =>
    rect(174, 16, 52, 74, ink, 24) + rect(160, 78, 80, 54, gold, 8) +
    path(
      "M166 130 H234 V152 Q288 168 288 214 V320 Q288 352 256 352 H144 Q112 352 112 320 V214 Q112 168 166 152Z",
      main,
    ) + path("M234 150 Q288 168 288 214 V320 Q288 352 256 352 H232 Q262 260 234 150Z", deep) +
    rect(140, 218, 108, 100, paper, 10) +
    path("M194 232 C172 262 174 286 194 290 C214 286 216 262 194 232Z", accent) +
    rect(166, 300, 56, 7, pale, 3) + shine(rect(126, 208, 9, 110, paper, 4)),
  cream: ({ main, deep, pale, accent }) =>
    placed(
      { turn: -16, about: [120, 150] },
      rect(60, 98, 196, 66, deep, 16) + oval(158, 100, 98, 24, pale) + oval(158, 100, 74, 15, main),
    ) + rect(70, 216, 270, 136, deep, 36) + rect(64, 216, 262, 132, main, 36) +
    oval(200, 216, 136, 32, pale) +
    path("M96 212 Q120 150 200 168 T304 212 Q250 236 200 234 T96 212Z", paper) +
    path("M150 204 Q190 160 236 186 Q206 186 190 210Z", steel) + rect(130, 264, 132, 54, paper, 8) +
    rect(150, 280, 92, 8, accent, 4) + rect(164, 298, 64, 6, deep, 3),
  toner: ({ main, deep, pale, accent }) =>
    rect(158, 24, 84, 74, deep, 10) + rect(158, 24, 22, 74, pale, 10) +
    rect(170, 96, 60, 20, gold) + rect(110, 112, 184, 240, deep, 36) +
    rect(106, 112, 176, 236, main, 36) +
    path("M106 220 Q150 204 194 220 T282 220 V312 Q282 348 246 348 H142 Q106 348 106 312Z", pale) +
    rect(140, 160, 108, 132, paper, 10) +
    path("M194 256 C166 234 170 200 194 184 C218 200 222 234 194 256Z", leaf) +
    line("M194 256 V206", paper, 4) + rect(164, 268, 60, 8, accent, 4),
  tube: ({ main, deep, pale, accent }) =>
    path("M112 40 H288 L260 292 H140Z", main) + path("M244 40 H288 L260 292 H226Z", deep) +
    rect(106, 24, 188, 28, pale, 6) + veil(0.6, line("M124 38 H276", deep, 3)) +
    path("M148 290 H252 L246 344 Q245 352 236 352 H164 Q155 352 154 344Z", ink) +
    rect(150, 284, 100, 18, steelDeep, 4) + disc(192, 140, 42, paper) +
    path("M192 112 C170 138 170 160 192 168 C214 160 214 138 192 112Z", accent) +
    rect(154, 204, 80, 10, paper, 5) + rect(166, 224, 56, 8, pale, 4),
  sunscreen: ({ main, deep, pale, accent }) =>
    rect(146, 20, 108, 74, deep, 16) + rect(100, 86, 204, 266, deep, 52) +
    rect(96, 86, 196, 262, main, 52) +
    path("M96 250 Q150 222 194 250 T292 246 V296 Q292 348 240 348 H148 Q96 348 96 296Z", pale) +
    disc(194, 176, 36, gold) + each([0, 45, 90, 135, 180, 225, 270, 315], (turn) =>
      placed({ turn, about: [194, 176] }, rect(189, 118, 10, 20, gold, 5))) +
    rect(150, 286, 88, 14, accent, 7) + rect(164, 310, 60, 8, paper, 4),
  lipstick: ({ main, deep, pale, accent }) =>
    rect(256, 190, 78, 162, ink, 10) + rect(264, 200, 10, 140, steelDeep, 5) +
    rect(252, 296, 86, 14, gold) + path("M124 182 V92 Q128 50 196 34 V182Z", main) +
    path("M166 44 Q184 36 196 34 V182 H166Z", deep) + rect(112, 172, 96, 62, gold, 6) +
    rect(112, 172, 26, 62, "#f6dc98", 6) + rect(96, 226, 128, 126, ink, 12) +
    rect(108, 238, 12, 100, steelDeep, 6) + rect(96, 318, 128, 12, accent) +
    line("M30 330 q30 -24 44 -60", pale, 16),
  cushion: ({ main, deep, pale, accent }) =>
    disc(214, 118, 112, deep) + disc(210, 112, 108, main) + disc(210, 112, 88, "#dfeaf0") +
    shine(path("M150 150 L240 40 L268 62 L180 172Z", paper)) + oval(200, 268, 156, 84, deep) +
    oval(200, 256, 156, 84, main) + oval(200, 254, 124, 62, gold) +
    oval(200, 252, 112, 54, "#eec5a4") + oval(232, 240, 74, 38, paper) +
    oval(232, 232, 74, 38, pale) + rect(196, 216, 74, 26, accent, 12),
  eyeshadow: ({ main, deep, pale, accent }) =>
    placed(
      { turn: -10, about: [200, 190] },
      rect(54, 30, 292, 148, deep, 16) + rect(66, 42, 268, 124, "#dfeaf0", 8) +
        shine(path("M110 166 L190 42 H236 L158 166Z", paper)) + rect(54, 176, 292, 166, ink, 16) +
        each([
          ["#e9b7a0", 70, 192],
          ["#c9806d", 138, 192],
          ["#8d4f4a", 206, 192],
          ["#f2d9b8", 274, 192],
          [main, 70, 256],
          [accent, 138, 256],
          [pale, 206, 256],
          [deep, 274, 256],
        ], ([fill, x, y]) => rect(x, y, 56, 54, fill, 8)) +
        line("M84 324 H262", steelDeep, 9) + rect(258, 316, 62, 16, gold, 8),
    ),
  brow_pencil: ({ main, deep, pale, accent }) =>
    line("M60 120 Q140 60 250 96", "#7b4f35", 18) +
    placed(
      { turn: 40, about: [210, 220] },
      rect(186, 40, 48, 250, deep, 8) + rect(186, 40, 34, 250, main, 8) +
        path("M186 290 H234 L216 346 H204Z", "#e6c39b") +
        path("M200 330 H220 L212 356 H208Z", "#7b4f35") + rect(186, 56, 48, 16, gold) +
        rect(192, 0, 36, 46, ink, 10) + rect(194, 110, 10, 110, pale, 5) +
        disc(210, 250, 5, accent),
    ),
} as const satisfies Motifs;
