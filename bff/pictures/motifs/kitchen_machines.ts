/** Machines that cook and cool. */
import { glass, gold, ink, leaf, paper, steelDeep } from "../colours.ts";
import type { Motifs } from "../motif.ts";
import { disc, each, line, oval, path, rect, shine, veil } from "../shapes.ts";

/** Kitchen machines. */
export const kitchenMachines = {
  blender: ({ main, deep, pale, accent }) =>
    path("M120 240 H280 L298 340 Q298 352 286 352 H114 Q102 352 102 340Z", deep) +
    path("M120 240 H256 L268 352 H114 Q102 352 102 340Z", main) + disc(200, 298, 26, deep) +
    disc(200, 298, 17, pale) + line("M200 298 L210 286", ink, 5) +
    line("M282 90 H322 Q334 90 332 104 L320 190 Q318 202 302 202 H274", deep, 16) +
    path("M116 60 H284 L266 240 H134Z", glass) +
    path("M122 120 Q200 96 278 120 L266 240 H134Z", accent) +
    path("M122 120 Q200 96 278 120 Q200 144 122 120Z", paper) +
    disc(170, 170, 11, paper) + disc(222, 196, 8, paper) + rect(104, 44, 192, 24, ink, 10) +
    rect(172, 26, 56, 22, ink, 8) + shine(line("M146 90 L154 216", paper, 11)),
  kettle: ({ main, deep, pale, accent }) =>
    line("M250 112 C350 90 352 260 276 292", ink, 24) +
    path("M110 330 C92 240 116 130 150 104 H250 C284 130 306 240 290 330Z", main) +
    path("M250 104 C284 130 306 240 290 330 H232 C254 240 250 150 226 104Z", deep) +
    path("M124 176 L70 118 Q66 108 78 110 L138 124Z", main) + rect(142, 84, 116, 24, deep, 11) +
    rect(180, 62, 40, 26, ink, 10) + rect(88, 326, 224, 26, ink, 13) +
    rect(150, 330, 100, 6, accent, 3) + shine(line("M148 150 Q128 220 134 300", pale, 12)) +
    rect(184, 190, 12, 92, pale, 6) + rect(184, 236, 12, 46, accent, 6),
  rice_cooker: ({ main, deep, pale, accent }) =>
    rect(54, 128, 296, 220, deep, 72) + rect(54, 128, 276, 216, main, 72) +
    rect(54, 140, 296, 40, main, 20) + path("M62 172 Q74 72 200 72 T338 172Z", pale) +
    rect(54, 168, 292, 14, deep) +
    rect(164, 54, 72, 28, ink, 14) + rect(126, 204, 140, 98, ink, 20) +
    rect(142, 218, 108, 36, accent, 8) + disc(158, 278, 9, pale) + disc(196, 278, 9, pale) +
    disc(234, 278, 9, accent) + rect(98, 340, 44, 12, ink, 6) + rect(258, 340, 44, 12, ink, 6),
  air_fryer: ({ main, deep, pale, accent }) =>
    path("M104 352 Q78 352 78 320 V150 Q78 48 200 48 T322 150 V320 Q322 352 296 352Z", deep) +
    path("M104 348 Q78 348 78 316 V150 Q78 48 190 48 T302 150 V348Z", main) +
    oval(192, 110, 66, 36, ink) + line("M160 110 H178 M206 110 H224", accent, 9) +
    rect(96, 176, 190, 150, deep, 20) + rect(112, 192, 158, 82, ink, 14) +
    each([134, 164, 194, 224], (x) => rect(x, 214, 14, 46, gold, 5)) +
    rect(152, 284, 80, 50, ink, 16) + rect(160, 316, 64, 36, ink, 14) +
    shine(line("M100 150 Q104 96 140 74", pale, 10)),
  oven: ({ main, deep, pale, accent }) =>
    rect(38, 84, 324, 260, deep, 26) + rect(38, 84, 310, 254, main, 26) +
    rect(60, 112, 206, 198, ink, 18) + rect(74, 126, 178, 170, "#4a3a36", 10) +
    oval(163, 270, 70, 14, steelDeep) + path("M108 266 Q112 214 163 212 T218 266Z", gold) +
    veil(0.6, line("M128 250 Q142 226 163 226", paper, 8)) + rect(92, 142, 142, 8, "#f4a054", 4) +
    line("M76 104 H250", pale, 9) +
    rect(282, 116, 50, 34, ink, 6) + rect(290, 126, 34, 14, accent, 3) + disc(307, 196, 18, pale) +
    line("M307 196 V184", ink, 5) + disc(307, 252, 18, pale) + line("M307 252 L316 244", ink, 5) +
    rect(66, 338, 40, 14, ink, 6) + rect(294, 338, 40, 14, ink, 6),
  fridge: ({ main, deep, pale, accent }) =>
    rect(110, 24, 190, 324, deep, 22) + rect(104, 24, 184, 324, main, 22) +
    rect(104, 148, 190, 6, deep) + rect(124, 70, 12, 58, deep, 6) +
    rect(124, 174, 12, 84, deep, 6) + rect(214, 52, 48, 58, ink, 8) +
    rect(222, 60, 32, 20, accent, 4) + shine(rect(160, 44, 10, 80, pale, 5)) +
    rect(190, 196, 40, 46, paper, 3) + disc(210, 198, 6, accent) + disc(238, 268, 8, leaf) +
    rect(122, 342, 34, 10, ink, 4) + rect(240, 342, 34, 10, ink, 4),
} as const satisfies Motifs;
