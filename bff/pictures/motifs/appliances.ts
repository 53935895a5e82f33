/** Machines that clean, cool, warm and groom. */
import { glass, gold, ink, paper, steel, steelDeep } from "../colours.ts";
import type { Motifs } from "../motif.ts";
import { disc, each, line, oval, path, placed, rect, ring, shine, veil } from "../shapes.ts";

/** Household machines. */
export const appliances = {
  robot_vacuum: ({ main, deep, pale, accent }) =>
    veil(0.5, line("M40 300 q-20 12 -6 26 M360 300 q20 12 6 26", deep, 7)) +
    oval(200, 250, 164, 100, ink) + oval(200, 232, 164, 104, deep) +
    oval(200, 222, 164, 104, main) + oval(200, 218, 128, 78, pale) +
    oval(200, 196, 54, 30, deep) + oval(200, 186, 54, 30, ink) + rect(172, 250, 56, 20, main, 10) +
    disc(186, 260, 5, accent) + disc(214, 260, 5, paper) +
    line("M66 300 L34 324 M58 284 L24 292", ink, 7),
  vacuum: ({ main, deep, pale, accent }) =>
    placed(
      { scale: 0.9, about: [130, 352] },
      line("M268 66 L140 300", steelDeep, 18) +
        path(
          "M60 318 Q64 286 100 286 H180 Q206 290 210 318 V336 Q210 352 194 352 H76 Q60 352 60 336Z",
          main,
        ) + rect(60, 326, 150, 26, deep, 12) +
        placed(
          { turn: 29, about: [262, 96] },
          rect(220, 26, 84, 116, main, 26) + rect(234, 92, 56, 90, glass, 20) +
            rect(234, 140, 56, 42, pale, 16) + rect(246, -16, 34, 60, deep, 15) +
            disc(262, 60, 14, accent),
        ) +
        line("M292 40 C350 40 352 110 304 128", deep, 17) + rect(86, 300, 60, 10, accent, 5),
    ),
  handheld_vacuum: ({ main, deep, pale, accent }) =>
    placed(
      { turn: -20, about: [200, 220] },
      line("M196 150 C220 70 320 80 316 180", deep, 24) + rect(130, 150, 220, 104, main, 48) +
        path("M150 160 H90 L34 196 V244 L90 250 H150Z", glass) +
        path("M110 200 H90 L46 216 V240 L90 244 H130Z", pale) + rect(24, 186, 20, 70, ink, 8) +
        disc(292, 202, 30, deep) + disc(292, 202, 14, accent) + line("M190 200 H236", pale, 10),
    ),
  hair_dryer: ({ main, deep, pale, accent }) =>
    path("M206 212 H270 L290 330 Q292 352 270 352 H246 Q230 352 228 334Z", deep) +
    path("M206 212 H250 L268 352 H246 Q230 352 228 334Z", main) +
    line("M262 352 Q270 390 330 380", ink, 10) +
    path("M66 84 H230 A78 78 0 0 1 230 240 H66 Q84 160 66 84Z", main) +
    path("M66 200 H290 A78 78 0 0 1 230 240 H66 Q72 220 66 200Z", deep) +
    rect(30, 76, 48, 172, ink, 12) + disc(234, 162, 52, pale) + disc(234, 162, 38, deep) +
    veil(0.6, line("M212 146 H256 M206 162 H262 M212 178 H256", pale, 6)) +
    rect(232, 262, 18, 46, accent, 9),
  shaver: ({ main, deep, pale, accent }) =>
    rect(134, 130, 140, 222, deep, 56) + rect(128, 130, 132, 218, main, 56) +
    path("M104 116 Q104 40 200 40 T296 116 L262 158 H138Z", ink) +
    disc(152, 92, 34, steel) + disc(248, 92, 34, steel) + disc(200, 128, 34, steel) +
    each(
      [[152, 92], [248, 92], [200, 128]],
      ([x, y]) => ring(x, y, 22, steelDeep, 6) + disc(x, y, 9, accent),
    ) +
    rect(176, 200, 36, 66, pale, 18) + disc(194, 220, 8, accent) +
    shine(rect(142, 190, 10, 110, pale, 5)),
  curler: ({ main, deep, pale, accent }) =>
    placed(
      { turn: 36, about: [200, 200] },
      line("M200 350 V400", ink, 12) + rect(168, 206, 66, 156, deep, 28) +
        rect(166, 206, 56, 152, main, 26) + rect(170, 6, 58, 206, steelDeep, 26) +
        rect(170, 6, 44, 206, gold, 20) +
        path("M232 20 Q250 30 248 60 V214 L262 258 L240 262 L228 214Z", ink) +
        disc(194, 264, 11, accent) + rect(186, 296, 16, 36, pale, 8),
    ) +
    veil(
      0.8,
      line("M70 330 q30 -30 0 -60 t10 -70 t-10 -60", "#7b4f35", 12) +
        line("M104 350 q30 -30 0 -60 t10 -70", "#94633f", 12),
    ),
  massage_gun: ({ main, deep, pale, accent }) =>
    rect(176, 196, 76, 156, ink, 30) + rect(186, 226, 56, 8, steelDeep, 4) +
    rect(186, 244, 56, 8, steelDeep, 4) + rect(186, 262, 56, 8, steelDeep, 4) +
    rect(112, 92, 214, 124, deep, 50) + rect(112, 92, 206, 116, main, 50) +
    rect(70, 132, 54, 36, steel, 8) + disc(54, 150, 38, accent) + disc(286, 150, 30, ink) +
    disc(286, 150, 16, pale) + shine(rect(140, 108, 110, 10, pale, 5)),
  humidifier: ({ main, deep, pale, accent }) =>
    veil(
      0.6,
      path(
        "M180 96 C120 80 140 30 100 10 C160 -6 190 20 200 60 C214 10 270 0 300 24 C250 36 270 84 220 96Z",
        "#dfeaf2",
      ),
    ) +
    path(
      "M118 344 C70 240 118 132 176 104 H224 C282 132 330 240 282 344 Q278 352 264 352 H136 Q122 352 118 344Z",
      glass,
    ) +
    path(
      "M98 240 Q150 220 200 238 T302 236 C306 280 296 320 282 344 Q278 352 264 352 H136 Q122 352 118 344 C104 310 96 276 98 240Z",
      main,
    ) + path("M98 240 Q150 220 200 238 T302 236 Q250 262 200 254 T98 240Z", pale) +
    rect(160, 88, 80, 24, deep, 12) + rect(110, 318, 180, 34, deep, 14) +
    disc(200, 335, 8, accent) + shine(line("M146 160 Q124 220 132 292", paper, 12)),
  purifier: ({ main, deep, pale, accent }) =>
    rect(102, 40, 208, 312, deep, 40) + rect(96, 40, 200, 308, main, 40) +
    oval(196, 74, 76, 18, ink) + veil(0.6, line("M140 72 H252", steelDeep, 5)) +
    disc(196, 138, 32, ink) + ring(196, 138, 22, accent, 7) + disc(196, 138, 7, paper) +
    each([196, 222, 248, 274, 300], (y) => line(`M128 ${y} H264`, deep, 10)) +
    shine(rect(112, 90, 10, 200, pale, 5)),
  fan: ({ main, deep, pale, accent }) =>
    rect(190, 240, 20, 96, steelDeep) +
    path("M116 352 Q118 328 148 328 H252 Q282 328 284 352Z", deep) + disc(200, 156, 138, pale) +
    ring(200, 156, 138, deep, 12) +
    each([0, 120, 240], (turn) =>
      placed(
        { turn, about: [200, 156] },
        path("M200 156 C168 110 180 46 226 44 C274 58 262 130 200 156Z", main),
      )) +
    veil(0.5, ring(200, 156, 104, deep, 4) + ring(200, 156, 66, deep, 4)) +
    disc(200, 156, 28, deep) + disc(200, 156, 13, accent) + rect(186, 280, 28, 34, ink, 8),
  heater: ({ main, deep, pale, accent }) =>
    rect(60, 96, 286, 232, deep, 24) + rect(54, 96, 278, 228, main, 24) +
    rect(78, 122, 172, 176, ink, 16) + each([146, 180, 214, 248], (y) =>
      rect(92, y, 144, 14, "#ff9a4d", 7)) +
    veil(0.4, each([102, 134, 166, 198, 226], (x) => rect(x, 122, 5, 176, steelDeep))) +
    disc(292, 156, 22, pale) + line("M292 156 L302 144", ink, 6) + disc(292, 220, 11, accent) +
    rect(274, 258, 36, 30, deep, 8) + rect(84, 324, 60, 28, ink, 8) +
    rect(244, 324, 60, 28, ink, 8) + rect(150, 70, 90, 30, deep, 12),
  steamer: ({ main, deep, pale, accent }) =>
    veil(0.6, line("M84 70 q-18 18 0 36 t0 36 M56 96 q-16 16 0 32 t0 32", steelDeep, 9)) +
    line("M282 200 C380 240 300 330 240 352", ink, 11) +
    placed(
      { turn: 12, about: [200, 180] },
      path("M124 60 H172 Q190 60 190 78 V250 Q190 268 172 268 H150 Q126 160 124 60Z", steel) +
        rect(176, 76, 60, 176, main, 26) +
        path(
          "M222 110 H290 Q330 110 330 150 V330 Q330 352 306 352 H286 Q268 352 268 332 V214 H222Z",
          deep,
        ) + path("M222 110 H270 Q308 110 308 150 V340 Q288 360 268 332 V214 H222Z", main) +
        rect(190, 126, 30, 76, pale, 14) + disc(288, 176, 12, accent),
    ),
  washing_machine: ({ main, deep, pale, accent }) =>
    rect(70, 44, 272, 308, deep, 22) + rect(64, 44, 264, 302, main, 22) +
    rect(64, 92, 278, 6, deep) + rect(86, 58, 84, 22, pale, 8) + disc(222, 69, 13, deep) +
    rect(248, 60, 58, 18, ink, 6) + rect(254, 66, 26, 6, accent, 3) +
    disc(198, 220, 98, steelDeep) + disc(198, 220, 86, ink) + disc(198, 220, 70, glass) +
    path("M129 224 Q164 200 198 226 T267 220 A70 70 0 0 1 129 224Z", "#7fb4d8") +
    disc(176, 244, 16, accent) + disc(222, 252, 20, pale) +
    shine(path("M150 190 Q164 160 196 158 Q170 176 162 200Z", paper)),
} as const satisfies Motifs;
