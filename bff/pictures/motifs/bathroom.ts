/** For hair, hands and teeth. */
import { gold, ink, paper, steel, steelDeep } from "../colours.ts";
import type { Motifs } from "../motif.ts";
import { disc, line, oval, path, placed, rect, shine, veil } from "../shapes.ts";

/** What stands in a bathroom. */
export const bathroom = {
  shampoo: ({ main, deep, pale, accent }) =>
    rect(186, 56, 28, 60, steelDeep) +
    path("M96 58 Q96 36 120 36 H230 Q244 36 244 50 V68 H150 L112 74 Q96 76 96 62Z", ink) +
    rect(162, 98, 76, 34, ink, 8) + rect(104, 126, 196, 226, deep, 44) +
    rect(100, 126, 186, 222, main, 44) + rect(126, 184, 136, 116, paper, 14) +
    path("M150 268 q16 -50 44 -50 t44 -24 q-2 60 -44 74 t-44 0Z", accent) +
    rect(160, 282, 66, 7, pale, 3) + shine(rect(112, 176, 9, 120, paper, 4)) +
    disc(318, 120, 16, pale) + disc(340, 86, 9, pale),
  conditioner: ({ main, deep, pale, accent }) =>
    path("M128 24 H272 Q322 180 292 296 H108 Q78 180 128 24Z", main) +
    path("M240 24 H272 Q322 180 292 296 H252 Q278 160 240 24Z", deep) +
    rect(104, 288, 192, 64, ink, 14) + rect(120, 300, 12, 40, steelDeep, 6) +
    rect(136, 90, 118, 150, paper, 16) + line("M160 196 Q170 120 195 120 T230 196", accent, 12) +
    line("M176 204 Q184 150 195 150 T214 204", pale, 10) + rect(166, 220, 60, 7, deep, 3),
  body_wash: ({ main, deep, pale, accent }) =>
    rect(178, 40, 44, 50, ink, 8) + rect(150, 30, 100, 24, ink, 10) +
    path(
      "M142 88 H258 Q310 108 310 170 V300 Q310 352 258 352 H142 Q90 352 90 300 V170 Q90 108 142 88Z",
      main,
    ) + path("M258 88 Q310 108 310 170 V300 Q310 352 258 352 H238 Q286 220 240 88Z", deep) +
    oval(194, 220, 70, 86, paper) + disc(194, 196, 25, accent) + disc(170, 236, 18, pale) +
    disc(216, 246, 22, main) + disc(184, 190, 7, paper) + disc(210, 238, 6, paper) +
    disc(344, 92, 17, pale) + disc(316, 52, 11, pale),
  soap: ({ main, deep, pale, accent }) =>
    path("M50 300 H350 L330 344 Q326 352 314 352 H86 Q74 352 70 344Z", steel) +
    rect(40, 288, 320, 22, paper, 11) + rect(80, 188, 244, 104, deep, 44) +
    rect(76, 180, 244, 100, main, 44) + rect(104, 202, 188, 56, pale, 26) +
    path("M198 208 C180 222 182 244 198 252 C214 244 216 222 198 208Z", accent) +
    line("M166 232 q14 10 28 14 M230 232 q-14 10 -28 14", deep, 5) +
    veil(
      0.8,
      disc(104, 150, 26, pale) + disc(146, 116, 17, pale) + disc(262, 140, 30, pale) +
        disc(308, 104, 15, pale) + disc(206, 88, 12, pale),
    ) + veil(0.9, disc(96, 142, 7, paper) + disc(252, 130, 8, paper)),
  hand_cream: ({ main, deep, pale, accent }) =>
    placed(
      { turn: 18, about: [200, 200] },
      path("M126 70 Q126 34 200 34 T274 70 L254 296 H146Z", main) +
        path("M238 38 Q274 46 274 70 L254 296 H222Z", deep) + rect(142, 288, 116, 66, gold, 10) +
        rect(154, 298, 10, 46, "#f9e6b4", 5) +
        path(
          "M196 190 C150 160 150 110 176 104 Q192 102 196 120 Q200 102 216 104 C242 110 242 160 196 190Z",
          paper,
        ) +
        path(
          "M196 172 C172 154 172 126 184 124 Q194 124 196 136 Q198 124 208 124 C220 126 220 154 196 172Z",
          accent,
        ) + rect(166, 216, 60, 9, pale, 4) + rect(174, 236, 44, 7, pale, 3),
    ),
  toothbrush: ({ main, deep, pale, accent }) =>
    rect(110, 320, 100, 32, ink, 14) + rect(124, 150, 76, 182, deep, 34) +
    rect(120, 150, 70, 178, main, 34) + rect(148, 66, 22, 96, steel, 8) +
    rect(138, 18, 36, 66, paper, 10) +
    path("M112 24h30v10h-30zm0 16h30v10h-30zm0 16h30v10h-30z", accent) + disc(156, 204, 15, pale) +
    disc(156, 204, 6, accent) + rect(146, 240, 20, 6, pale, 3) + rect(146, 256, 20, 6, pale, 3) +
    path("M234 210 H346 L336 340 Q334 352 322 352 H258 Q246 352 244 340Z", "#dcebf2") +
    path("M238 262 H342 L336 340 Q334 352 322 352 H258 Q246 352 244 340Z", pale) +
    rect(230, 204, 120, 12, steelDeep, 6),
  toothpaste: ({ main, deep, pale, accent }) =>
    placed(
      { turn: 20, about: [200, 200], y: 172 },
      rect(28, 110, 26, 180, steel, 6) + path("M50 112 L290 138 V262 L50 288Z", main) +
        path("M50 230 L290 214 V262 L50 288Z", deep) + rect(286, 150, 60, 100, ink, 10) +
        veil(0.5, line("M300 158 V242 M316 158 V242 M332 158 V242", steelDeep, 5)) +
        path("M84 152 L252 164 V216 L84 228Z", paper) + disc(122, 190, 24, accent) +
        rect(160, 178, 76, 10, deep, 5) + rect(160, 198, 50, 8, pale, 4),
    ) + path("M236 340 q16 -30 44 -16 q26 -30 52 -2 q34 -14 46 18 q-70 26 -142 0Z", paper) +
    line("M252 338 q60 14 112 -2", accent, 6),
  mouthwash: ({ main, deep, pale, accent }) =>
    rect(160, 20, 80, 66, paper, 10) +
    veil(0.4, line("M176 30 V78 M192 30 V78 M208 30 V78 M224 30 V78", steelDeep, 4)) +
    path(
      "M164 84 H236 L250 130 C300 150 306 200 286 240 C306 290 300 352 262 352 H138 C100 352 94 290 114 240 C94 200 100 150 150 130Z",
      "#dcebf2",
    ) +
    path(
      "M104 180 Q150 164 200 182 T296 178 Q300 214 286 240 C306 290 300 352 262 352 H138 C100 352 94 290 114 240 Q102 212 104 180Z",
      main,
    ) +
    path(
      "M250 130 C300 150 306 200 286 240 C306 290 300 352 262 352 H244 C270 300 250 260 252 240 C262 200 254 150 236 110Z",
      deep,
    ) + rect(144, 220, 98, 94, paper, 12) + path("M194 236 q-30 34 0 56 q30 -22 0 -56Z", accent) +
    rect(166, 298, 54, 6, pale, 3),
  flosser: ({ main, deep, pale, accent }) =>
    rect(146, 130, 112, 120, deep, 34) + rect(140, 130, 108, 120, main, 34) +
    rect(136, 236, 126, 116, "#dcebf2", 18) +
    path("M136 280 Q168 266 198 282 T262 278 V334 Q262 352 244 352 H154 Q136 352 136 334Z", pale) +
    rect(136, 232, 126, 16, ink, 6) + rect(178, 92, 44, 44, steelDeep, 10) +
    line("M200 96 V46 Q200 24 178 24 H150", steel, 15) +
    veil(0.7, line("M130 24 H96 M126 36 L98 46 M126 12 L98 2", accent, 7)) +
    disc(194, 166, 13, pale) + disc(194, 166, 5, accent) + rect(182, 194, 24, 7, pale, 3) +
    rect(182, 208, 24, 7, pale, 3),
} as const satisfies Motifs;
