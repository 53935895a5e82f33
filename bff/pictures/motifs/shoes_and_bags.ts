/** Shoes and bags. */
import { gold, ink, paper, steel, steelDeep } from "../colours.ts";
import type { Motifs } from "../motif.ts";
import { disc, each, line, oval, path, placed, rect, ring, shine, veil } from "../shapes.ts";

/** What one walks in and carries. */
export const shoesAndBags = {
  sneaker: ({ main, deep, pale, accent }) =>
    path(
      "M42 300 C36 240 44 180 56 140 Q62 124 80 130 L110 142 Q130 150 148 130 L176 102 Q190 92 200 106 C230 170 290 214 346 228 Q376 238 374 300Z",
      main,
    ) +
    path("M42 300 C36 240 44 180 56 140 Q62 124 80 130 L110 142 C96 200 104 260 130 300Z", deep) +
    path("M290 206 Q316 222 346 228 Q376 238 374 300 H268 Q262 240 290 206Z", pale) +
    path("M126 262 C180 262 226 230 246 190 L262 202 C250 256 200 290 132 290Z", accent) +
    line("M176 150 L214 128 M196 176 L234 152 M220 198 L254 174", paper, 9) +
    path("M36 292 H378 Q384 352 340 352 H76 Q36 352 36 292Z", paper) +
    rect(36, 322, 346, 10, steel, 5) + rect(64, 342, 290, 12, deep, 6),
  loafer: ({ main, deep, pale, accent }) =>
    path(
      "M44 308 C40 250 40 210 56 176 Q64 162 82 168 L150 190 Q176 176 196 176 C240 216 300 222 344 244 Q376 262 374 308Z",
      main,
    ) +
    path("M44 308 C40 250 40 210 56 176 Q64 162 82 168 L110 178 C96 230 108 274 120 308Z", deep) +
    path("M82 168 L150 190 Q176 176 196 176 C170 200 140 206 96 190Z", ink) +
    path("M186 206 Q260 214 330 246 Q290 264 226 262 Q190 250 186 206Z", pale) +
    path("M150 206 L230 196 L250 250 L164 268Z", deep) + rect(188, 216, 28, 20, gold, 5) +
    rect(40, 300, 336, 28, ink, 12) + path("M44 320 H128 V352 H54 Q44 352 44 340Z", ink) +
    disc(350, 276, 5, accent),
  boot: ({ main, deep, pale, accent }) =>
    path(
      "M104 40 H240 L236 190 C270 226 330 224 354 252 Q370 276 366 312 H92 C84 240 108 150 104 40Z",
      main,
    ) + path("M104 40 H160 C164 160 130 240 146 312 H92 C84 240 108 150 104 40Z", deep) +
    path("M290 232 Q340 236 356 262 Q368 284 366 312 H274 Q264 260 290 232Z", pale) +
    line("M178 84 L238 92 M178 122 L237 130 M178 160 L236 168 M192 198 L244 200", ink, 8) +
    line("M178 84 L237 130 M178 122 L236 168", accent, 6) + rect(96, 28, 150, 26, pale, 10) +
    path("M86 304 H372 V330 Q372 346 356 346 H180 V352 H86Z", ink),
  sandal: ({ main, deep, pale, accent }) =>
    each([[126, -8, false], [274, 8, true]], ([x, turn, mirrored]) =>
      placed(
        { x, y: 200, turn, mirrored },
        path(
          "M-4 -158 C62 -158 72 -84 58 -20 C44 40 66 92 46 132 C30 166 -34 166 -48 128 C-62 84 -40 34 -56 -24 C-72 -88 -60 -158 -4 -158Z",
          deep,
        ) +
          path(
            "M-4 -166 C62 -166 72 -92 58 -28 C44 32 66 84 46 124 C30 158 -34 158 -48 120 C-62 76 -40 26 -56 -32 C-72 -96 -60 -166 -4 -166Z",
            pale,
          ) +
          path("M-66 -74 C-40 -116 40 -122 66 -84 L58 -20 C30 -44 -26 -40 -54 -10Z", main) +
          line("M-58 -66 C-34 -98 32 -104 60 -76", accent, 8) +
          veil(0.5, line("M-20 60 H22 M-22 82 H26 M-20 104 H26", main, 7)),
      )),
  backpack: ({ main, deep, pale, accent }) =>
    line("M160 70 Q162 24 200 24 T240 70", deep, 16) +
    path("M84 190 Q40 220 56 330 H96Z M316 190 Q360 220 344 330 H304Z", deep) +
    path("M92 352 Q76 352 76 330 V170 Q76 56 200 56 T324 170 V330 Q324 352 308 352Z", main) +
    path("M270 76 Q324 100 324 170 V330 Q324 352 308 352 H284Z", deep) +
    path("M110 146 Q112 92 200 92 T290 146 L280 176 H120Z", pale) + line("M108 176 H292", ink, 6) +
    rect(112, 214, 176, 138, deep, 26) + rect(112, 214, 168, 132, main, 26) +
    line("M124 248 H272", ink, 6) + rect(250, 244, 10, 34, accent, 4) +
    rect(176, 120, 48, 28, accent, 8) + rect(150, 282, 92, 34, pale, 8),
  suitcase: ({ main, deep, pale, accent }) =>
    line("M150 78 V14 H250 V78", steelDeep, 10) + rect(142, 8, 116, 18, ink, 9) +
    disc(120, 344, 14, ink) + disc(280, 344, 14, ink) + rect(92, 72, 222, 268, deep, 34) +
    rect(86, 72, 212, 264, main, 34) + veil(
      0.7,
      each([126, 166, 206, 246], (x) => rect(x, 92, 12, 224, deep, 6)),
    ) + rect(158, 62, 84, 20, ink, 10) + rect(110, 214, 164, 38, pale, 8) +
    disc(134, 233, 8, accent) + line("M156 233 H252", deep, 6) + disc(252, 126, 22, accent) +
    path(
      "M252 112 L256 122 H266 L258 130 L261 140 L252 134 L243 140 L246 130 L238 122 H248Z",
      paper,
    ),
  tote: ({ main, deep, pale, accent }) =>
    line("M142 150 C140 20 260 20 258 150", deep, 16) +
    path("M66 132 H334 L316 338 Q314 352 300 352 H100 Q86 352 84 338Z", main) +
    path("M292 132 H334 L316 338 Q314 352 300 352 H268Z", deep) + rect(66, 124, 268, 26, pale, 8) +
    disc(186, 244, 50, pale) +
    path("M186 204 C216 224 214 262 186 286 C158 262 156 224 186 204Z", accent) +
    line("M186 222 V286", deep, 5) + disc(142, 160, 8, ink) + disc(258, 160, 8, ink),
  handbag: ({ main, deep, pale, accent }) =>
    line("M84 168 C60 -40 340 -40 316 168", deep, 13) +
    path("M58 160 H342 L356 320 Q358 352 326 352 H74 Q42 352 44 320Z", main) +
    path("M306 160 H342 L356 320 Q358 352 326 352 H290 Q316 260 306 160Z", deep) +
    path("M56 152 H344 L336 232 Q330 262 300 262 H100 Q70 262 64 232Z", pale) +
    path("M300 152 H344 L336 232 Q330 262 300 262Z", main) + rect(176, 236, 48, 52, accent, 12) +
    rect(190, 250, 20, 22, deep, 6) + ring(84, 166, 15, gold, 7) + ring(316, 166, 15, gold, 7) +
    shine(line("M96 182 H180", paper, 7)),
  belt_bag: ({ main, deep, pale, accent }) =>
    line("M70 220 C-20 120 100 60 200 60 S420 120 330 220", deep, 24) +
    rect(160, 44, 80, 36, ink, 8) + rect(180, 52, 40, 20, accent, 5) +
    path("M54 176 Q200 146 346 176 L332 292 Q320 332 282 334 H118 Q80 332 68 292Z", main) +
    path("M300 168 L346 176 L332 292 Q320 332 282 334 H262 Q300 260 300 168Z", deep) +
    line("M84 202 Q200 180 316 202", ink, 9) + rect(286, 196, 12, 38, accent, 5) +
    path("M102 240 Q200 226 286 240 L278 290 Q270 312 250 312 H140 Q118 312 112 290Z", pale) +
    oval(190, 272, 32, 12, deep),
} as const satisfies Motifs;
