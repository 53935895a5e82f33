/** The desk and what stands on it and beside it. */
import { glass, ink, leaf, leafDeep, paper, steel, steelDeep, wood, woodDeep } from "../colours.ts";
import type { Motifs } from "../motif.ts";
import { disc, each, line, oval, path, placed, rect, shine, veil } from "../shapes.ts";

/** A row of keys from `x`; a key is 32 wide. One path, as keys are many. */
function keys(x: number, y: number, count: number, fill: string): string {
  return path(`M${x} ${y}` + "h32v30h-32zm38 0".repeat(count), fill);
}

/** Computers and furniture to work at. */
export const office = {
  keyboard: ({ main, deep, pale, accent }) =>
    placed(
      { turn: -8, about: [200, 200], scale: 0.9 },
      rect(-10, 104, 420, 206, deep, 24) + rect(-10, 104, 420, 194, main, 24) +
        keys(12, 124, 10, pale) + keys(12, 162, 10, pale) + keys(12, 200, 10, pale) +
        keys(12, 238, 2, pale) + rect(88, 238, 184, 30, paper, 7) + keys(278, 238, 3, pale) +
        rect(12, 124, 32, 30, accent, 7) + rect(354, 200, 32, 30, accent, 7),
    ),
  numpad: ({ main, deep, pale, accent }) =>
    placed(
      { turn: 8, about: [200, 200], scale: 1.35 },
      rect(108, 84, 184, 242, deep, 22) + rect(108, 84, 184, 232, main, 22) +
        rect(126, 98, 148, 34, ink, 8) + rect(216, 110, 46, 10, glass, 4) +
        keys(126, 144, 4, pale) + keys(126, 182, 3, pale) + keys(126, 220, 3, pale) +
        rect(126, 258, 70, 30, pale, 7) + rect(202, 258, 32, 30, pale, 7) +
        rect(240, 182, 32, 106, accent, 7),
    ),
  mouse: ({ main, deep, pale, accent }) =>
    placed(
      { turn: 14, about: [200, 200] },
      rect(110, 48, 186, 312, deep, 92) + rect(104, 44, 186, 308, main, 92) +
        path("M194 44 V170 H104 V136 A90 92 0 0 1 194 44Z", pale) +
        line("M197 46 V170 M106 172 H288", deep, 5) + rect(183, 84, 28, 62, ink, 14) +
        rect(190, 98, 14, 32, accent, 7) + shine(oval(136, 240, 10, 46, paper)),
    ),
  monitor: ({ main, deep, pale, accent }) =>
    path("M150 348 Q150 330 172 328 H228 Q250 330 250 348Z", steelDeep) +
    rect(184, 268, 32, 66, steel) +
    rect(28, 54, 344, 222, ink, 18) + rect(40, 66, 320, 190, pale, 8) +
    disc(286, 118, 26, paper) +
    path(
      "M40 232 L128 140 L196 212 L244 168 L360 240 V248 Q360 256 352 256 H48 Q40 256 40 248Z",
      main,
    ) +
    path("M40 244 Q180 196 360 250 Q358 256 352 256 H48 Q42 256 40 250Z", deep) +
    disc(200, 266, 4, accent),
  curved_monitor: ({ main, deep, pale, accent }) =>
    path("M120 350 L168 322 H232 L280 350Z", steelDeep) + rect(182, 262, 36, 66, steel) +
    path(
      "M18 70 Q200 100 382 70 Q390 68 390 76 V264 Q390 272 382 270 Q200 240 18 270 Q10 272 10 264 V76 Q10 68 18 70Z",
      ink,
    ) +
    path("M24 84 Q200 112 376 84 V256 Q200 228 24 256Z", deep) +
    path("M24 226 Q110 120 200 168 T376 130 V256 Q200 228 24 256Z", main) +
    path("M24 250 Q140 176 240 206 T376 186 V256 Q200 228 24 256Z", pale) +
    disc(98, 132, 20, accent),
  drive: ({ main, deep, pale, accent }) =>
    placed(
      { turn: -10, about: [200, 200] },
      rect(98, 54, 208, 300, deep, 28) + rect(94, 48, 208, 296, main, 28) +
        path("M94 240 L302 150 V316 Q302 344 274 344 H122 Q94 344 94 316Z", deep) +
        rect(118, 76, 92, 16, pale, 8) + rect(118, 102, 58, 12, pale, 6) +
        disc(266, 312, 9, accent) +
        rect(168, 338, 60, 14, ink, 5),
    ),
  usb_stick: ({ main, deep, pale, accent }) =>
    placed(
      { turn: 34, about: [200, 200] },
      rect(158, 10, 84, 96, steel, 8) + rect(174, 32, 18, 22, steelDeep, 3) +
        rect(208, 32, 18, 22, steelDeep, 3) +
        rect(138, 96, 132, 270, deep, 30) + rect(132, 96, 132, 266, main, 30) +
        shine(rect(148, 120, 12, 150, pale, 6)) + rect(174, 140, 50, 86, pale, 12) +
        disc(198, 322, 16, deep) + disc(198, 184, 12, accent),
    ),
  memory_card: ({ main, deep, pale, accent }) =>
    placed(
      { turn: -8, about: [200, 200] },
      path(
        "M104 44 H238 L304 108 V332 Q304 356 280 356 H104 Q80 356 80 332 V68 Q80 44 104 44Z",
        deep,
      ) +
        path(
          "M104 44 H232 L296 108 V326 Q296 348 274 348 H102 Q80 348 80 326 V68 Q80 44 104 44Z",
          main,
        ) +
        each([104, 136, 168, 200], (x) => rect(x, 60, 20, 56, "#e9c46a", 4)) +
        rect(102, 160, 172, 160, paper, 14) + rect(122, 184, 96, 22, accent, 8) +
        rect(122, 222, 130, 12, pale, 6) +
        rect(122, 246, 104, 12, pale, 6) + rect(122, 286, 60, 14, deep, 6),
    ),
  nas: ({ main, deep, pale, accent }) =>
    rect(92, 60, 222, 292, deep, 22) + rect(86, 60, 214, 284, main, 22) +
    each(
      [86, 148, 210],
      (y) =>
        rect(108, y, 170, 50, ink, 10) + rect(122, y + 19, 96, 12, steelDeep, 6) +
        disc(256, y + 25, 7, accent),
    ) +
    rect(108, 286, 60, 26, pale, 8) + disc(258, 300, 14, deep) + disc(258, 300, 6, pale) +
    rect(104, 342, 40, 12, ink, 5) + rect(250, 342, 40, 12, ink, 5),
  office_chair: ({ main, deep, pale, accent }) =>
    line("M200 300 V330 M120 340 L200 316 L280 340", ink, 14) + disc(118, 342, 11, ink) +
    disc(282, 342, 11, ink) + disc(200, 342, 11, ink) +
    rect(188, 250, 24, 56, steelDeep) +
    line("M104 236 H92 V186 H128 M296 236 H308 V186 H272", ink, 13) +
    rect(128, 36, 144, 176, deep, 44) + rect(136, 44, 128, 152, main, 38) +
    veil(0.55, line("M160 90 H240 M156 120 H244 M160 150 H240", pale, 6)) +
    rect(160, 14, 80, 34, deep, 16) + rect(96, 216, 208, 46, deep, 22) +
    rect(96, 212, 208, 36, main, 18) + disc(216, 276, 6, accent),
  desk: ({ main, deep, pale, accent }) =>
    rect(66, 178, 20, 168, steel) + rect(314, 178, 20, 168, steel) + rect(44, 340, 66, 12, ink, 6) +
    rect(290, 340, 66, 12, ink, 6) +
    rect(86, 196, 228, 16, steelDeep) + rect(24, 158, 352, 24, wood, 8) +
    rect(24, 174, 352, 10, woodDeep, 5) +
    rect(134, 60, 132, 84, ink, 8) + rect(142, 68, 116, 68, main, 4) +
    path(
      "M142 124 L180 90 L212 122 L234 104 L258 126 V132 Q258 136 254 136 H146 Q142 136 142 132Z",
      pale,
    ) +
    rect(190, 142, 20, 16, steelDeep) + rect(60, 126, 30, 32, accent, 6) +
    line("M90 134 Q104 142 90 150", accent, 6) +
    rect(310, 128, 34, 30, deep, 5) +
    path("M326 130 Q298 106 308 84 Q330 92 328 128 Q330 88 352 82 Q356 110 326 130Z", leaf),
  shredder: ({ main, deep, pale, accent }) =>
    path("M104 180 H296 L282 340 Q281 352 268 352 H132 Q119 352 118 340Z", deep) +
    path("M104 180 H276 L262 340 Q261 352 248 352 H132 Q119 352 118 340Z", main) +
    rect(152, 230, 86, 76, glass, 12) +
    line("M166 300 Q172 262 180 300 T196 296 T212 300 T226 290", paper, 6) +
    rect(140, 40, 120, 100, paper, 4) + veil(0.5, line("M158 66 H242 M158 86 H220", steelDeep, 6)) +
    rect(78, 124, 244, 64, ink, 20) + rect(124, 132, 152, 12, "#14161c", 6) +
    disc(292, 160, 9, accent) + rect(104, 154, 60, 12, pale, 6),
  printer: ({ main, deep, pale, accent }) =>
    rect(118, 44, 164, 112, paper, 6) + veil(0.5, line("M142 74 H258 M142 96 H226", steelDeep, 7)) +
    rect(48, 138, 304, 160, deep, 28) + rect(48, 138, 304, 132, main, 28) +
    rect(76, 164, 92, 18, pale, 9) + disc(306, 172, 11, accent) +
    rect(98, 222, 204, 22, ink, 11) + path("M116 234 H284 L300 352 H100Z", paper) +
    path("M150 318 L184 272 L208 304 L224 288 L250 318Z", accent) + disc(232, 268, 10, pale),
  file_cabinet: ({ main, deep, pale }) =>
    rect(106, 44, 196, 308, deep, 14) + rect(100, 44, 188, 304, main, 14) +
    each(
      [62, 156, 250],
      (y) =>
        rect(116, y, 156, 82, pale, 8) + rect(164, y + 38, 60, 14, deep, 7) +
        rect(172, y + 14, 44, 14, paper, 3),
    ) +
    path("M150 44 Q120 10 146 -6 Q164 8 158 40 Q160 6 186 0 Q192 26 164 44Z", leafDeep),
  whiteboard: ({ main, deep, accent }) =>
    line("M112 270 L84 350 M288 270 L316 350", steelDeep, 12) +
    rect(30, 54, 340, 226, steelDeep, 12) + rect(42, 66, 316, 200, paper, 6) +
    line("M74 214 L130 168 L178 192 L246 116 M226 114 H248 V136", deep, 9) +
    rect(272, 178, 56, 56, accent, 4) + rect(72, 92, 104, 12, deep, 6) +
    rect(72, 116, 70, 10, steel, 5) + rect(130, 276, 140, 14, steel, 6) +
    rect(150, 268, 44, 10, main, 5) + rect(204, 268, 44, 10, accent, 5),
} as const satisfies Motifs;
