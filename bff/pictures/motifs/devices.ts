/** Phones, sound, wearables and cameras. */
import { glass, ink, paper, steel, steelDeep } from "../colours.ts";
import type { Motifs } from "../motif.ts";
import { disc, line, oval, path, placed, rect, ring, shine, veil } from "../shapes.ts";

/** Things with a battery. */
export const devices = {
  phone: ({ main, deep, pale, accent }) =>
    placed(
      { turn: 9, about: [240, 200] },
      rect(168, 42, 158, 310, deep, 28) + rect(168, 42, 150, 310, main, 28) +
        rect(186, 60, 62, 84, deep, 18) + disc(206, 82, 13, ink) + disc(206, 120, 13, ink) +
        disc(231, 101, 9, pale),
    ) +
    rect(76, 44, 160, 312, ink, 28) + rect(85, 54, 142, 292, pale, 20) +
    disc(176, 150, 34, paper) +
    path(
      "M85 262 L132 196 L168 244 L190 218 L227 268 V326 Q227 346 207 346 H105 Q85 346 85 326Z",
      main,
    ) +
    path("M85 304 Q150 262 227 312 V326 Q227 346 207 346 H105 Q85 346 85 326Z", deep) +
    rect(132, 62, 48, 12, ink, 6) + rect(128, 332, 56, 5, accent, 2),
  headphones: ({ main, deep, pale, accent }) =>
    line("M84 236 V196 A116 116 0 0 1 316 196 V236", deep, 26) +
    line("M92 190 A108 108 0 0 1 308 190", main, 14) +
    rect(52, 210, 62, 124, main, 30) + rect(286, 210, 62, 124, main, 30) +
    rect(92, 218, 38, 108, ink, 18) + rect(270, 218, 38, 108, ink, 18) +
    rect(62, 226, 14, 66, pale, 7) + disc(330, 300, 6, accent),
  earbuds: ({ main, deep, pale, accent }) =>
    rect(86, 178, 228, 174, deep, 66) + rect(86, 178, 228, 160, main, 66) +
    path("M86 250 V244 A66 66 0 0 1 152 178 H248 A66 66 0 0 1 314 244 V250Z", pale) +
    rect(86, 246, 228, 8, deep) + disc(200, 290, 8, accent) +
    placed(
      { turn: -16, about: [130, 100] },
      rect(118, 84, 22, 84, main, 11) + oval(134, 82, 36, 30, main) + oval(156, 80, 14, 20, ink),
    ) +
    placed(
      { turn: 16, about: [270, 100] },
      rect(260, 84, 22, 84, main, 11) + oval(266, 82, 36, 30, main) + oval(244, 80, 14, 20, ink),
    ),
  speaker: ({ main, deep, pale, accent }) =>
    rect(112, 52, 176, 300, deep, 44) + rect(112, 52, 164, 300, main, 44) +
    disc(194, 238, 66, deep) + disc(194, 238, 52, ink) + disc(194, 238, 22, deep) +
    disc(194, 118, 36, deep) + disc(194, 118, 26, ink) + disc(186, 110, 7, pale) +
    rect(168, 324, 52, 8, accent, 4) + line("M150 54 Q200 4 250 54", accent, 10),
  soundbar: ({ main, deep, accent }) =>
    rect(70, 98, 260, 158, ink, 12) + rect(80, 108, 240, 138, glass, 6) +
    path(
      "M80 220 L150 150 L200 196 L250 160 L320 222 V240 Q320 246 314 246 H86 Q80 246 80 240Z",
      main,
    ) +
    rect(28, 286, 344, 62, deep, 28) + rect(28, 286, 344, 52, main, 26) +
    rect(52, 300, 250, 24, deep, 12) + veil(0.5, line("M64 306 H290 M64 318 H290", main, 2)) +
    disc(330, 312, 9, accent) + rect(52, 346, 40, 8, ink, 4) + rect(308, 346, 40, 8, ink, 4),
  watch: ({ main, deep, pale, accent }) =>
    placed(
      { scale: 0.9, about: [200, 190] },
      path("M142 128 L152 30 Q154 18 166 18 H234 Q246 18 248 30 L258 128Z", main) +
        path("M142 272 L152 370 Q154 382 166 382 H234 Q246 382 248 370 L258 272Z", main) +
        veil(0.5, line("M166 40 H234 M164 60 H236 M166 340 H234 M168 360 H232", deep, 5)) +
        rect(292, 178, 16, 42, steelDeep, 8) +
        rect(106, 106, 188, 188, steelDeep, 56) + rect(112, 112, 176, 176, ink, 50) +
        ring(200, 200, 62, deep, 14) + line("M200 138 A62 62 0 1 1 146 230", accent, 14) +
        line("M200 200 V164 M200 200 L226 214", paper, 9) + disc(200, 200, 8, pale),
    ),
  camera: ({ main, deep, pale, accent }) =>
    path("M148 130 L166 88 Q168 82 176 82 H240 Q248 82 250 88 L268 130Z", deep) +
    rect(44, 120, 312, 212, ink, 32) + rect(44, 172, 312, 110, main) +
    rect(44, 172, 62, 110, deep) +
    disc(212, 228, 96, steelDeep) + disc(212, 228, 86, ink) + disc(212, 228, 62, deep) +
    disc(212, 228, 40, ink) + shine(oval(192, 204, 18, 12, pale)) +
    rect(70, 102, 56, 22, accent, 10) + disc(322, 148, 10, accent) +
    rect(290, 104, 44, 18, steel, 8),
  action_camera: ({ main, deep, pale, accent }) =>
    rect(84, 108, 232, 180, deep, 36) + rect(84, 108, 220, 180, main, 36) +
    rect(196, 130, 92, 92, ink, 24) + disc(242, 176, 34, deep) + disc(242, 176, 18, ink) +
    shine(oval(232, 164, 8, 6, pale)) + rect(108, 134, 70, 56, ink, 10) +
    rect(116, 142, 54, 40, pale, 5) +
    rect(108, 92, 60, 18, accent, 8) + disc(120, 252, 8, accent) +
    rect(176, 286, 48, 30, ink, 6) + rect(140, 314, 120, 38, steelDeep, 12),
  tripod: ({ main, deep, accent }) =>
    line("M200 150 L108 346", deep, 18) + line("M200 150 L292 346", deep, 18) +
    line("M200 150 V340", main, 18) +
    line("M146 266 L254 266", steelDeep, 6) +
    rect(96, 336, 28, 16, ink, 8) + rect(186, 336, 28, 16, ink, 8) +
    rect(276, 336, 28, 16, ink, 8) +
    rect(180, 112, 40, 62, ink, 12) + rect(152, 96, 96, 22, steelDeep, 8) +
    line("M222 136 L292 160", accent, 12) +
    rect(140, 30, 120, 68, ink, 12) + disc(200, 64, 26, deep) + disc(200, 64, 14, ink) +
    rect(150, 20, 30, 12, main, 5),
  ring_light: ({ main, deep, accent }) =>
    rect(192, 240, 16, 100, steelDeep) +
    path("M110 352 Q112 330 140 330 H260 Q288 330 290 352Z", deep) +
    disc(200, 140, 118, main) + disc(200, 140, 106, "#fff6d8") + disc(200, 140, 66, main) +
    disc(200, 140, 58, "#eef2f6") + rect(174, 94, 52, 92, ink, 10) +
    rect(180, 101, 40, 78, accent, 4),
  charger: ({ main, deep, pale, accent }) =>
    line("M264 290 C330 320 350 360 270 352 S120 350 80 330", deep, 12) +
    rect(136, 18, 22, 62, steel, 6) + rect(226, 18, 22, 62, steel, 6) +
    rect(96, 70, 192, 214, deep, 40) + rect(96, 70, 180, 214, main, 40) +
    rect(150, 210, 72, 26, ink, 13) + rect(160, 219, 52, 8, steelDeep, 4) +
    path("M196 100 L160 152 H186 L176 190 L214 136 H188Z", accent) +
    shine(rect(112, 94, 12, 120, pale, 6)),
  power_bank: ({ main, deep, pale, accent }) =>
    rect(112, 40, 186, 312, deep, 38) + rect(106, 40, 180, 312, main, 38) +
    shine(rect(122, 70, 12, 220, pale, 6)) +
    rect(158, 40, 76, 14, ink, 6) +
    rect(156, 280, 80, 14, deep, 7) + disc(166, 287, 5, accent) + disc(186, 287, 5, accent) +
    disc(206, 287, 5, accent) + disc(226, 287, 5, pale) +
    path("M204 128 L164 190 H192 L182 236 L226 172 H198Z", accent),
  cable: ({ main, deep, accent }) =>
    line("M96 92 C96 190 300 120 300 220 S150 320 130 240 S250 150 300 300", deep, 20) +
    line("M96 92 C96 190 300 120 300 220 S150 320 130 240 S250 150 300 300", main, 14) +
    rect(70, 36, 52, 62, ink, 12) + rect(80, 14, 32, 26, steel, 5) +
    placed(
      { turn: -18, about: [302, 320] },
      rect(278, 292, 50, 60, ink, 12) + rect(288, 350, 30, 26, steel, 6),
    ) +
    rect(84, 58, 24, 18, accent, 5),
  phone_stand: ({ main, deep, pale, accent }) =>
    path("M96 352 L120 322 H280 L304 352Z", deep) + line("M214 326 L178 190", main, 22) +
    placed(
      { turn: -10, about: [200, 170] },
      rect(120, 36, 146, 270, ink, 24) + rect(130, 46, 126, 250, pale, 16) +
        disc(193, 138, 36, paper) +
        line("M193 120 V138 L206 146", accent, 7) + rect(152, 200, 82, 12, main, 6) +
        rect(164, 222, 58, 10, main, 5),
    ) + rect(120, 292, 130, 24, deep, 10),
  phone_case: ({ main, deep, pale, accent }) =>
    rect(114, 28, 176, 344, deep, 40) + rect(108, 28, 174, 344, main, 40) +
    rect(128, 50, 70, 94, deep, 22) + disc(150, 76, 16, ink) + disc(150, 118, 16, ink) +
    disc(178, 97, 10, pale) +
    ring(195, 230, 48, accent, 10) + rect(189, 296, 12, 34, accent, 6) +
    rect(280, 120, 8, 54, deep, 4),
} as const satisfies Motifs;
