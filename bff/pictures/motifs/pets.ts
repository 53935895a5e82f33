/** For dogs and cats. */
import { gold, ink, leaf, steel, steelDeep, wood, woodDeep } from "../colours.ts";
import type { Motifs } from "../motif.ts";
import { disc, each, line, oval, path, placed, rect, ring, veil } from "../shapes.ts";

/** A paw's print around 0, 0. */
function paw(fill: string): string {
  return oval(0, 10, 22, 18, fill) + oval(-24, -10, 9, 12, fill) + oval(-8, -24, 9, 12, fill) +
    oval(12, -24, 9, 12, fill) + oval(27, -9, 9, 12, fill);
}

/** A sitting cat, its feet at 0, 0, about 120 tall. */
function cat(fur: string, shade: string): string {
  return line("M34 -10 C80 -10 70 -60 58 -70", shade, 13) +
    path("M-40 0 C-44 -60 -24 -84 0 -84 S44 -60 40 0Z", fur) +
    path("M-36 -84 L-34 -132 L-10 -114 H10 L34 -132 L36 -84 C36 -54 -36 -54 -36 -84Z", fur) +
    disc(-14, -90, 5, ink) + disc(14, -90, 5, ink) + path("M-6 -80 H6 L0 -73Z", "#e592a7") +
    path("M-16 0 C-18 -34 18 -34 16 0Z", shade);
}

/** What dogs and cats need. */
export const pets = {
  dog_bed: ({ main, deep, pale, accent }) =>
    path(
      "M30 280 C30 216 110 190 200 190 S370 216 370 280 S320 352 200 352 S30 344 30 280Z",
      deep,
    ) + oval(200, 262, 156, 62, main) + oval(200, 270, 118, 40, pale) +
    path(
      "M110 268 C104 200 150 176 196 186 C260 180 300 220 292 268 Q200 300 110 268Z",
      "#b9814f",
    ) +
    path(
      "M96 240 C72 190 96 160 128 158 C166 156 186 186 178 222 C172 256 120 276 96 240Z",
      "#c99361",
    ) + path("M150 160 C184 150 200 190 184 226 C160 214 146 188 150 160Z", "#8a5b36") +
    oval(92, 236, 17, 12, ink) + line("M116 206 q12 8 22 -2", ink, 6) +
    path("M30 280 C70 330 330 330 370 280 C374 330 320 352 200 352 S26 330 30 280Z", main) +
    placed({ x: 200, y: 334, scale: 0.7 }, paw(accent)),
  lead: ({ main, deep, accent }) =>
    line("M120 120 C40 240 160 330 210 250 S330 130 330 240 S290 340 250 330", deep, 22) +
    line("M120 120 C40 240 160 330 210 250 S330 130 330 240 S290 340 250 330", main, 16) +
    ring(160, 82, 52, deep, 22) + ring(160, 82, 52, main, 14) +
    line("M250 330 L222 322", steelDeep, 12) + ring(196, 316, 26, steel, 11) +
    rect(104, 112, 30, 38, accent, 8) + line("M244 222 q26 -40 56 -44", accent, 5),
  chew_toy: ({ main, deep, pale, accent }) =>
    placed(
      { turn: -28, about: [200, 200] },
      path(
        "M110 172 C60 110 -10 160 36 206 C-10 252 60 300 110 240 H290 C340 300 410 252 364 206 C410 160 340 110 290 172Z",
        deep,
      ) +
        path(
          "M110 166 C60 104 -10 154 36 198 C-10 240 60 288 110 230 H290 C340 288 410 240 364 198 C410 154 340 104 290 166Z",
          main,
        ) + line("M130 184 H250", pale, 9) +
        line("M150 172 V226 M180 172 V226 M220 172 V226 M250 172 V226", accent, 7),
    ),
  harness: ({ main, deep, pale, accent }) =>
    line(
      "M130 150 C40 110 60 20 140 40 S200 100 200 130 M270 150 C360 110 340 20 260 40 S200 100 200 130",
      deep,
      22,
    ) + path("M120 140 H280 L312 240 Q316 330 200 350 Q84 330 88 240Z", main) +
    path("M250 140 H280 L312 240 Q316 330 200 350 Q280 300 250 140Z", deep) +
    line("M90 220 C30 230 20 300 60 330 M310 220 C370 230 380 300 340 330", ink, 18) +
    path("M104 204 H296 L300 232 H100Z", pale) + ring(200, 150, 18, steel, 9) +
    placed({ x: 200, y: 288, scale: 1.1 }, paw(accent)) + rect(44, 318, 38, 30, accent, 7) +
    rect(318, 318, 38, 30, accent, 7),
  pet_bowl: ({ main, deep, pale, accent }) =>
    path("M70 220 H330 L376 332 Q380 352 356 352 H44 Q20 352 24 332Z", main) +
    path("M290 220 H330 L376 332 Q380 352 356 352 H306Z", deep) + oval(200, 220, 132, 38, pale) +
    oval(200, 222, 114, 29, deep) +
    each([
      [120, 210],
      [156, 198],
      [196, 204],
      [236, 196],
      [274, 210],
      [150, 220],
      [190, 226],
      [232, 220],
      [174, 180],
      [216, 178],
    ], ([x, y]) => oval(x, y, 22, 15, "#b97a45") + oval(x - 4, y - 4, 10, 5, "#d9a06a")) +
    placed({ x: 196, y: 296, scale: 1.1 }, paw(accent)),
  scratching_post: ({ main, deep, pale, accent }) =>
    rect(60, 314, 280, 38, deep, 12) + rect(60, 314, 280, 26, main, 12) +
    rect(160, 110, 80, 208, "#dcb888", 8) +
    veil(
      0.7,
      line(
        "M164 130 L236 142 M164 152 L236 164 M164 174 L236 186 M164 196 L236 208 M164 218 L236 230 M164 240 L236 252 M164 262 L236 274 M164 284 L236 296",
        woodDeep,
        6,
      ),
    ) + rect(110, 76, 180, 40, deep, 14) + rect(110, 76, 180, 26, pale, 13) +
    line("M276 112 V176", ink, 4) + disc(276, 190, 17, accent) +
    placed({ x: 196, y: 80, scale: 0.62 }, cat(ink, "#1f222a")) +
    placed(
      { x: 106, y: 290 },
      disc(0, 0, 22, accent) + line("M-14 -8 Q0 8 16 -6 M-12 10 Q4 -4 14 12", pale, 4),
    ),
  cat_tree: ({ main, deep, pale, accent }) =>
    rect(50, 326, 300, 26, deep, 10) + rect(90, 90, 34, 240, "#dcb888", 6) +
    rect(268, 170, 34, 160, "#dcb888", 6) +
    veil(
      0.6,
      line(
        "M92 120 h30 M92 146 h30 M92 172 h30 M92 198 h30 M92 280 h30 M92 304 h30 M270 200 h30 M270 226 h30 M270 304 h30",
        woodDeep,
        6,
      ),
    ) + rect(50, 66, 140, 28, main, 12) + rect(206, 150, 150, 28, main, 12) +
    rect(60, 212, 140, 26, main, 12) + rect(150, 236, 130, 92, main, 14) + disc(214, 286, 30, ink) +
    placed({ x: 282, y: 154, scale: 0.7 }, cat("#e09a55", "#c47d3d")) +
    placed({ x: 118, y: 68, scale: 0.5 }, cat(steel, steelDeep)) +
    line("M176 238 V270", accent, 4) + disc(176, 280, 12, accent) + rect(62, 66, 116, 9, pale, 4),
  litter_box: ({ main, deep, pale, accent }) =>
    path("M70 150 C80 60 320 60 330 150Z", pale) +
    path("M60 146 H340 L326 334 Q324 352 306 352 H94 Q76 352 74 334Z", main) +
    path("M300 146 H340 L326 334 Q324 352 306 352 H276Z", deep) + rect(48, 138, 304, 24, deep, 12) +
    path("M124 300 V236 C124 180 276 180 276 236 V300Z", ink) +
    path("M124 300 Q200 270 276 300 V304 H124Z", "#e6d3b3") +
    placed({ x: 200, y: 300, scale: 0.86 }, cat("#f1e3cf", "#dcc7a6")) +
    placed({ x: 200, y: 112, scale: 0.7 }, paw(accent)) + rect(110, 300, 180, 20, pale, 8),
  feather_wand: ({ main, deep, pale, accent }) =>
    line("M60 350 L250 90", wood, 13) + line("M60 350 L112 279", ink, 18) +
    line("M250 90 C330 60 340 150 290 190", steelDeep, 4) +
    placed(
      { x: 286, y: 200, turn: 12 },
      path("M0 0 C-70 30 -86 110 -50 150 C-10 130 8 60 0 0Z", main) +
        path("M0 0 C70 30 86 110 50 150 C10 130 -8 60 0 0Z", accent) +
        path("M0 0 C-34 60 -24 140 0 172 C24 140 34 60 0 0Z", pale) +
        line("M0 6 V150 M-4 10 L-44 132 M4 10 L44 132", deep, 4) + disc(0, 0, 16, gold),
    ),
  window_perch: ({ main, deep, pale, accent }) =>
    rect(46, 20, 308, 250, steel, 14) + rect(62, 36, 276, 218, "#cfe6f2", 6) +
    disc(286, 88, 26, gold) + path("M62 254 V196 Q120 150 180 200 T338 190 V254Z", leaf) +
    line("M200 36 V254", steel, 9) +
    placed({ x: 170, y: 262, scale: 1.1 }, cat("#e09a55", "#c47d3d")) +
    path("M54 256 H346 Q352 316 300 318 H100 Q48 316 54 256Z", main) +
    rect(44, 248, 312, 28, deep, 14) + line("M110 316 L110 352 M290 316 L290 352", steelDeep, 10) +
    rect(90, 288, 220, 10, pale, 5) + disc(82, 262, 9, accent) + disc(318, 262, 9, accent),
} as const satisfies Motifs;
