/** Pots, pans and the table. */
import { glass, gold, ink, leaf, paper, steelDeep, wood, woodDeep } from "../colours.ts";
import type { Motifs } from "../motif.ts";
import { disc, line, oval, path, placed, rect, ring, shine, veil } from "../shapes.ts";

const steam = veil(
  0.5,
  line("M160 92 q-16 -22 0 -40 t0 -36 M240 92 q-16 -22 0 -40 t0 -36", steelDeep, 8),
);

/** What one cooks in and eats from. */
export const kitchen = {
  pan: ({ main, deep, pale }) =>
    placed(
      { turn: -38, about: [200, 200] },
      rect(186, 292, 32, 116, woodDeep, 16) + rect(186, 292, 24, 116, wood, 12) +
        rect(184, 272, 36, 36, steelDeep, 8) +
        disc(200, 160, 142, deep) + disc(200, 156, 140, main) + disc(200, 160, 114, ink) +
        ring(200, 160, 92, "#3a3e4b", 6) +
        path(
          "M134 170 C122 128 168 106 196 120 C236 100 276 136 262 172 C270 210 220 222 196 204 C166 220 130 204 134 170Z",
          paper,
        ) +
        disc(200, 164, 28, gold) + shine(oval(190, 154, 9, 6, pale)),
    ),
  wok: ({ main, deep, pale, accent }) =>
    veil(
      0.5,
      line(
        "M150 96 q-14 -18 0 -34 t0 -30 M200 80 q-14 -18 0 -34 t0 -30 M250 96 q-14 -18 0 -34 t0 -30",
        steelDeep,
        8,
      ),
    ) +
    line("M346 190 L392 150", woodDeep, 20) + disc(44, 196, 18, deep) + disc(44, 196, 9, paper) +
    path("M40 190 H360 C350 286 286 340 200 340 S50 286 40 190Z", ink) +
    path("M40 190 H300 C296 280 250 336 180 338 C104 330 48 276 40 190Z", main) +
    oval(200, 190, 160, 38, deep) + oval(200, 192, 142, 30, ink) +
    disc(150, 180, 26, leaf) + disc(188, 172, 24, accent) + disc(232, 180, 28, gold) +
    disc(268, 190, 20, leaf) + disc(206, 196, 18, "#d9604e") + disc(120, 194, 15, pale) +
    rect(140, 336, 120, 16, deep, 8),
  pot: ({ main, deep, pale, accent }) =>
    steam + rect(26, 202, 60, 26, deep, 13) + rect(314, 202, 60, 26, deep, 13) +
    rect(64, 164, 272, 188, deep, 36) + rect(64, 164, 240, 188, main, 36) +
    shine(rect(92, 196, 16, 110, pale, 8)) +
    path("M60 166 Q64 112 200 110 Q336 112 340 166Z", pale) + rect(52, 154, 296, 22, deep, 11) +
    disc(200, 104, 18, accent),
  casserole: ({ main, deep, pale, accent }) =>
    rect(28, 210, 60, 34, deep, 17) + rect(312, 210, 60, 34, deep, 17) +
    path("M58 190 H342 V300 Q342 352 290 352 H110 Q58 352 58 300Z", deep) +
    path("M58 190 H318 V290 Q318 344 266 346 H110 Q58 346 58 294Z", main) +
    path("M62 186 Q66 106 200 104 Q334 106 338 186Z", main) +
    path("M84 168 Q96 122 200 120 Q150 130 132 168Z", pale) + rect(46, 176, 308, 26, deep, 13) +
    rect(178, 72, 44, 38, accent, 14) + shine(rect(86, 218, 16, 84, pale, 8)),
  plate: ({ main, deep, pale, accent }) =>
    disc(200, 208, 164, deep) + disc(200, 200, 164, paper) + ring(200, 200, 150, main, 12) +
    disc(200, 200, 104, pale) + ring(200, 200, 104, deep, 3) +
    disc(200, 200, 92, paper) + line("M200 260 C206 220 194 190 204 142", leaf, 7) +
    path(
      "M202 210 Q150 206 146 168 Q192 164 202 210Z M204 182 Q214 140 256 146 Q252 186 204 182Z M200 244 Q250 240 256 206 Q214 200 200 244Z",
      leaf,
    ) + disc(206, 134, 12, accent),
  bowl: ({ main, deep, pale, accent }) =>
    steam + line("M296 60 L230 190 M330 76 L252 194", wood, 10) +
    path("M48 190 H352 C350 270 300 330 246 334 H154 C100 330 50 270 48 190Z", deep) +
    path("M48 190 H318 C316 266 270 328 220 334 H154 C100 330 50 270 48 190Z", main) +
    oval(200, 190, 152, 36, pale) + oval(200, 192, 134, 27, gold) +
    path("M110 190 q20 -20 44 0 t44 0 t44 0 t44 0", "#f6dc98") +
    disc(150, 186, 14, leaf) + oval(246, 188, 30, 12, paper) + oval(246, 188, 13, 7, "#f0a43c") +
    veil(0.6, line("M74 232 Q200 290 326 232", accent, 8)) + rect(146, 332, 108, 20, deep, 8),
  teapot: ({ main, deep, pale, accent }) =>
    line("M284 190 C370 160 372 300 276 290", deep, 22) +
    path("M122 290 C60 280 70 210 26 178 L58 158 C104 186 104 220 132 232Z", deep) +
    path(
      "M104 244 C104 170 150 138 200 138 S296 170 296 244 S250 330 200 330 S104 316 104 244Z",
      main,
    ) +
    path(
      "M296 244 C296 316 250 330 200 330 C260 300 270 220 232 142 C270 156 296 190 296 244Z",
      deep,
    ) + rect(148, 322, 104, 14, deep, 7) + rect(142, 132, 116, 18, deep, 9) +
    path("M150 134 Q156 104 200 104 T250 134Z", main) + disc(200, 94, 15, accent) +
    shine(oval(142, 216, 12, 38, pale)) +
    path("M284 300 H372 Q370 346 346 352 H310 Q286 346 284 300Z", paper) +
    oval(328, 300, 44, 11, pale) + oval(328, 301, 34, 7, "#c98742"),
  board: ({ accent }) =>
    placed(
      { turn: -14, about: [200, 200] },
      rect(84, 96, 232, 276, woodDeep, 34) + rect(84, 88, 232, 276, wood, 34) +
        rect(172, 14, 56, 96, wood, 26) + disc(200, 46, 13, paper) +
        veil(0.4, line("M112 150 H288 M112 220 H250 M140 300 H288", woodDeep, 5)) +
        path("M130 250 L230 250 L196 176Z", gold) + disc(180, 232, 8, "#d9a63e") +
        disc(196, 212, 6, "#d9a63e") + disc(252, 180, 24, accent) + disc(262, 228, 20, "#7d5a9c") +
        disc(238, 214, 18, "#8f6db0") + path("M252 158 Q262 140 278 144 Q272 160 252 158Z", leaf),
    ),
  carafe: ({ main, deep, accent }) =>
    veil(
      0.9,
      path("M158 40 H242 L236 130 C300 176 306 352 270 352 H130 C94 352 100 176 164 130Z", glass),
    ) +
    path(
      "M116 240 Q160 224 200 240 T286 238 C298 296 290 352 270 352 H130 C108 352 104 296 116 240Z",
      main,
    ) + path("M116 240 Q160 224 200 240 T286 238 Q240 262 200 254 T116 240Z", deep) +
    rect(150, 28, 100, 22, deep, 11) + disc(150, 290, 24, gold) + disc(150, 290, 16, "#f7dd92") +
    path("M222 270 Q250 250 262 282 Q236 296 222 270Z", leaf) +
    shine(line("M140 220 Q124 270 132 326", paper, 11)) + disc(236, 320, 9, accent),
} as const satisfies Motifs;
