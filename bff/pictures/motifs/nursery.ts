/** For babies. */
import { gold, ink, paper, steelDeep } from "../colours.ts";
import type { Motifs } from "../motif.ts";
import { disc, each, line, oval, path, rect, stars, veil } from "../shapes.ts";

/** What babies need. */
export const nursery = {
  baby_bottle: ({ main, deep, pale, accent }) =>
    path("M176 60 C176 10 224 10 224 60 L240 98 H160Z", "#f0c9a0") +
    rect(132, 92, 136, 46, main, 12) +
    veil(
      0.5,
      line("M152 100 V130 M172 100 V130 M192 100 V130 M212 100 V130 M232 100 V130", deep, 5),
    ) +
    path(
      "M138 138 H262 C286 170 286 200 274 230 C290 260 288 300 284 330 Q280 352 258 352 H142 Q120 352 116 330 C112 300 110 260 126 230 C114 200 114 170 138 138Z",
      "#e3eff5",
    ) +
    path(
      "M122 214 Q160 200 200 214 T278 214 L274 230 C290 260 288 300 284 330 Q280 352 258 352 H142 Q120 352 116 330 C112 300 110 260 126 230Z",
      paper,
    ) + line("M236 236 H262 M246 262 H264 M236 288 H262 M246 314 H262", deep, 5) +
    disc(178, 282, 32, pale) + disc(162, 256, 11, pale) + disc(194, 256, 11, pale) +
    disc(168, 278, 4, ink) + disc(188, 278, 4, ink) + oval(178, 292, 9, 6, accent),
  cloth: ({ main, deep, pale, accent }) =>
    path("M60 100 Q130 76 200 96 T340 92 L352 320 Q280 350 200 330 T52 334Z", deep) +
    path("M56 84 Q130 60 200 80 T344 76 L352 300 Q280 330 200 310 T48 314Z", main) +
    path("M200 80 Q270 100 344 76 L352 300 Q280 330 200 310Z", pale) +
    line("M66 108 Q130 86 192 104 M60 290 Q120 308 190 288", paper, 6) +
    stars(
      accent,
      [100, 150],
      [160, 180],
      [96, 220],
      [150, 250],
      [240, 140],
      [300, 170],
      [250, 210],
      [310, 240],
      [262, 276],
    ),
  sleep_sack: ({ main, deep, pale, accent }) =>
    path(
      "M140 40 H170 Q200 84 230 40 H260 Q268 100 296 126 L320 320 Q320 360 280 360 H120 Q80 360 80 320 L104 126 Q132 100 140 40Z",
      main,
    ) + path("M260 40 Q268 100 296 126 L320 320 Q320 360 280 360 H246 Q290 220 238 56Z", deep) +
    line("M200 76 V356", paper, 6) + disc(200, 84, 9, accent) +
    line("M170 42 Q200 86 230 42", pale, 10) +
    path("M130 210 a34 34 0 1 0 40 40 a28 28 0 0 1 -40 -40Z", gold) +
    stars(pale, [238, 170], [262, 240], [226, 290], [136, 160], [120, 310]),
  sippy_cup: ({ main, deep, pale, accent }) =>
    line("M112 190 C40 170 40 300 118 290 M288 190 C360 170 360 300 282 290", accent, 22) +
    path("M102 146 H298 L282 330 Q280 352 258 352 H142 Q120 352 118 330Z", main) +
    path("M256 146 H298 L282 330 Q280 352 258 352 H234Z", deep) +
    path(
      "M92 146 Q92 104 150 96 L160 62 Q164 44 186 44 H214 Q236 44 240 62 L250 96 Q308 104 308 146Z",
      pale,
    ) + rect(182, 36, 36, 14, ink, 6) + disc(200, 244, 46, paper) +
    path("M168 244 q32 -40 64 0 q-32 40 -64 0Z", accent) + path("M168 244 L148 226 V262Z", accent) +
    disc(218, 238, 5, ink),
  bib: ({ main, deep, pale, accent }) =>
    path(
      "M132 44 Q112 150 200 152 Q288 150 268 44 Q300 40 312 66 C342 130 340 210 332 260 Q316 356 200 356 T68 260 C60 210 58 130 88 66 Q100 40 132 44Z",
      main,
    ) + path("M78 276 Q200 340 322 276 L332 260 Q316 356 200 356 T68 260Z", deep) +
    line("M84 84 C66 140 70 210 78 258 Q96 334 200 336 T322 258 C330 210 334 140 316 84", pale, 6) +
    disc(200, 232, 52, paper) +
    path("M156 204 L150 162 L188 184Z M244 204 L250 162 L212 184Z", paper) +
    disc(182, 226, 7, ink) + disc(218, 226, 7, ink) + path("M190 244 H210 L200 256Z", accent) +
    disc(110, 64, 10, accent) + disc(290, 64, 10, accent),
  stroller: ({ main, deep, pale, accent }) =>
    line("M96 70 L60 52 M96 70 L250 300", steelDeep, 12) +
    line("M276 210 L130 304 M150 200 L270 304", steelDeep, 10) +
    path("M118 200 H340 C340 260 300 282 250 282 H190 C140 282 118 250 118 200Z", deep) +
    path("M230 198 V60 C310 60 344 130 340 198Z", main) +
    path("M230 198 V60 C260 60 280 130 278 198Z", pale) +
    path("M230 198 V60 C190 70 160 96 150 130Z", main) + rect(112, 190, 236, 22, accent, 11) +
    each([124, 274], (x) =>
      disc(x, 316, 36, ink) + disc(x, 316, 22, pale) + disc(x, 316, 8, accent)) +
    rect(34, 40, 44, 22, ink, 11),
} as const satisfies Motifs;
