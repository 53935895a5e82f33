/** For nights in a tent. */
import { gold, ink, leafDeep, paper, steel, steelDeep } from "../colours.ts";
import type { Motifs } from "../motif.ts";
import { disc, line, path, rect, shine, veil } from "../shapes.ts";

/** Camping things. */
export const camping = {
  tent: ({ main, deep, pale, accent }) =>
    path("M330 352 L352 190 L378 352Z M40 352 L58 222 L80 352Z", leafDeep) +
    line("M200 70 L24 350 M200 70 L376 350", ink, 5) +
    path("M200 78 C160 190 96 290 40 352 H360 C304 290 240 190 200 78Z", main) +
    path("M200 78 C240 190 304 290 360 352 H258Z", deep) +
    path("M200 130 C184 230 160 300 132 352 H268 C240 300 216 230 200 130Z", ink) +
    path("M200 130 C184 230 160 300 132 352 H166 Q200 260 200 130Z", pale) +
    path("M200 130 C216 230 240 300 268 352 H240 Q206 260 200 130Z", pale) +
    disc(218, 322, 18, gold) + path("M196 76 L240 50 L200 40Z", accent) +
    line("M198 90 V36", ink, 6),
  sleeping_bag: ({ main, deep, pale, accent }) =>
    rect(64, 150, 282, 202, deep, 90) + rect(54, 150, 280, 196, main, 90) +
    disc(134, 248, 98, deep) + disc(134, 248, 84, pale) +
    line("M134 248 m-10 0 a10 10 0 1 1 24 4 a30 30 0 1 1 -48 -24 a52 52 0 1 1 76 72", deep, 11) +
    rect(224, 148, 24, 200, ink, 6) + rect(284, 148, 24, 200, ink, 6) +
    rect(220, 226, 32, 36, accent, 6) + rect(280, 226, 32, 36, accent, 6),
  camp_stove: ({ main, deep, pale, accent }) =>
    rect(120, 60, 160, 96, steel, 16) + rect(110, 52, 180, 18, steelDeep, 9) +
    line("M286 84 H352", ink, 14) + shine(rect(136, 84, 10, 54, paper, 5)) +
    path(
      "M156 208 Q140 178 162 160 Q166 184 180 180 Q178 158 200 142 Q222 158 220 180 Q234 184 238 160 Q260 178 244 208Z",
      "#f0913c",
    ) +
    path("M180 208 Q172 190 188 180 Q196 168 200 164 Q204 168 212 180 Q228 190 220 208Z", gold) +
    line("M120 160 L150 212 M280 160 L250 212", ink, 9) + rect(144, 206, 112, 20, ink, 8) +
    rect(184, 224, 32, 24, steelDeep) + line("M222 236 H268", accent, 12) +
    path("M132 352 V276 Q132 246 168 246 H232 Q268 246 268 276 V352Z", main) +
    path("M236 246 Q268 248 268 276 V352 H236Z", deep) + rect(132, 290, 136, 34, pale),
  camp_chair: ({ main, deep, accent, pale }) =>
    line("M92 60 L286 346 M308 60 L114 346", ink, 13) +
    line("M92 60 V190 H70 M308 60 V190 H330", ink, 11) +
    path("M84 56 Q200 84 316 56 L306 176 Q200 206 94 176Z", main) +
    path("M92 186 Q200 216 308 186 L326 246 Q200 284 74 246Z", deep) +
    path("M96 190 Q200 220 304 190 L312 214 Q200 250 88 214Z", main) +
    rect(52, 178, 60, 18, accent, 9) + rect(288, 178, 60, 18, accent, 9) +
    line("M100 86 Q200 110 300 86", pale, 6) + disc(286, 346, 10, steelDeep) +
    disc(114, 346, 10, steelDeep),
  lantern: ({ main, deep, pale, accent }) =>
    veil(0.6, disc(200, 220, 168, "#fff1bd")) +
    line("M130 116 C130 10 270 10 270 116", steelDeep, 10) +
    path("M140 92 H260 L284 130 H116Z", main) + rect(132, 130, 136, 158, "#fff6d4", 10) +
    path("M200 168 C172 204 172 250 200 258 C228 250 228 204 200 168Z", gold) +
    path("M200 204 C186 224 188 248 200 252 C212 248 214 224 200 204Z", "#f0913c") +
    line("M132 136 V284 M268 136 V284 M132 210 H268", deep, 8) +
    path("M112 286 H288 L300 340 Q300 352 288 352 H112 Q100 352 100 340Z", main) +
    path("M240 286 H288 L300 340 Q300 352 288 352 H246Z", deep) + disc(200, 320, 15, accent) +
    rect(176, 74, 48, 22, deep, 8) + line("M116 122 H284", pale, 6),
} as const satisfies Motifs;
