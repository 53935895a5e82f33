/** Things to eat and drink that come packed. */
import { gold, ink, leaf, leafDeep, paper, steel, wood, woodDeep } from "../colours.ts";
import type { Motifs } from "../motif.ts";
import { disc, each, line, oval, path, placed, rect, shine, veil } from "../shapes.ts";

/** A bag that stands, with a place for its label. */
function pouch(main: string, deep: string, pale: string): string {
  return path("M104 52 H296 L322 340 Q200 366 78 340Z", main) +
    path("M270 52 H296 L322 340 Q290 350 256 352Z", deep) +
    path("M100 44 H300 V72 H100Z", deep) + line("M112 58 H288", pale, 4) +
    path("M78 340 Q200 366 322 340 L320 318 Q200 342 80 318Z", deep);
}

/** A bottle with a neck. */
function bottle(fill: string, shade: string, cap: string): string {
  return rect(172, 18, 56, 46, cap, 8) +
    path(
      "M178 60 H222 V112 C262 134 272 160 272 196 V330 Q272 352 250 352 H150 Q128 352 128 330 V196 C128 160 138 134 178 112Z",
      fill,
    ) +
    path("M222 112 C262 134 272 160 272 196 V330 Q272 352 250 352 H232 V150Z", shade) +
    shine(rect(144, 190, 10, 130, paper, 5));
}

/** Groceries. */
export const groceries = {
  tea: ({ main, deep, pale, accent }) =>
    path("M70 110 H230 V340 Q230 352 218 352 H82 Q70 352 70 340Z", main) +
    path("M194 110 H230 V340 Q230 352 218 352 H194Z", deep) + rect(60, 74, 180, 44, deep, 12) +
    rect(60, 74, 180, 20, pale, 10) + rect(88, 160, 106, 140, paper, 6) +
    path("M140 284 C96 250 104 200 140 178 C176 200 184 250 140 284Z", leaf) +
    line("M140 284 V204", leafDeep, 5) +
    path("M232 268 H374 Q372 340 334 348 H272 Q234 340 232 268Z", paper) +
    oval(303, 268, 71, 16, pale) + oval(303, 270, 58, 11, accent) +
    rect(264, 344, 78, 10, steel, 5) +
    veil(0.5, line("M284 236 q-12 -16 0 -32 t0 -30 M322 236 q-12 -16 0 -32 t0 -30", deep, 7)),
  nuts: ({ main, deep, pale, accent }) =>
    pouch(main, deep, pale) + disc(200, 190, 74, paper) +
    each([[172, 170, -30], [226, 176, 30], [200, 222, 4]], ([x, y, turn]) =>
      placed(
        { turn, x, y },
        path("M0 -32 C30 -10 26 28 0 34 C-26 28 -30 -10 0 -32Z", wood) +
          line("M0 -26 V28 M-10 -8 V20 M10 -8 V20", woodDeep, 4),
      )) +
    rect(140, 278, 120, 22, accent, 11),
  jerky: ({ main, deep, pale, accent }) =>
    pouch(main, deep, pale) + rect(118, 116, 164, 150, paper, 20) +
    each([[150, -6], [186, 5], [222, -3]], ([y, turn]) =>
      placed(
        { turn, about: [200, y] },
        rect(138, y - 12, 124, 26, "#8f4433", 12) +
          line(`M152 ${y - 2} h30 m18 4 h40`, "#b96a4d", 5),
      )) +
    rect(150, 282, 100, 20, accent, 10),
  crisps: ({ main, deep, pale, accent }) =>
    path(
      "M96 40 Q200 60 304 40 L296 92 Q320 220 300 312 L306 356 Q200 336 94 356 L100 312 Q80 220 104 92Z",
      main,
    ) + path("M268 46 L304 40 L296 92 Q320 220 300 312 L306 356 L270 350 Q296 200 268 46Z", deep) +
    line("M100 72 Q200 90 300 72 M100 326 Q200 308 300 326", pale, 6) +
    oval(192, 200, 84, 70, paper) + rect(146, 156, 62, 84, leafDeep, 8) +
    placed(
      { turn: 18, about: [220, 204] },
      rect(192, 166, 58, 78, leaf, 8) +
        veil(0.6, line("M204 184 H238 M204 204 H238 M204 224 H238", leafDeep, 5)),
    ) + disc(258, 142, 26, accent),
  biscuits: ({ main, deep, pale, accent }) =>
    oval(200, 318, 168, 34, steel) + oval(200, 310, 168, 34, paper) +
    each(
      [[118, 268], [200, 276], [282, 268], [158, 202], [242, 202], [200, 136]],
      ([x, y]) =>
        oval(x, y + 8, 50, 36, "#b97a35") + oval(x, y, 50, 36, "#efb65a") +
        oval(x - 10, y - 12, 22, 9, "#f9d68d") + disc(x + 12, y - 6, 4, ink) +
        disc(x + 2, y - 16, 4, ink) + disc(x + 18, y - 18, 4, ink),
    ) + path("M30 330 H370 L352 352 H48Z", main) + rect(48, 344, 304, 8, deep, 4) +
    line("M60 336 H340", pale, 3) + disc(200, 341, 5, accent),
  sack: ({ main, deep, pale, accent }) =>
    path(
      "M128 78 C70 130 44 260 76 336 Q82 352 102 352 H298 Q318 352 324 336 C356 260 330 130 272 78Z",
      pale,
    ) +
    path("M272 78 C330 130 356 260 324 336 Q318 352 298 352 H252 C300 270 296 150 248 78Z", main) +
    path("M112 30 Q156 46 200 36 T288 30 L272 84 Q200 100 128 84Z", pale) +
    rect(124, 74, 152, 20, accent, 10) + disc(192, 226, 66, main) + line("M192 280 V180", gold, 7) +
    each([184, 206, 228, 250], (y) =>
      path(`M192 ${y + 14} q-34 -4 -32 -28 q30 2 32 28 q2 -26 32 -28 q2 24 -32 28Z`, gold)) +
    line("M128 320 H262", deep, 7),
  oil: ({ main, deep, accent }) =>
    bottle("#f0c14a", "#d79e2c", main) + rect(144, 210, 112, 96, paper, 8) +
    path("M200 226 C176 250 180 276 200 288 C220 276 224 250 200 226Z", accent) +
    rect(164, 294, 72, 6, deep, 3) +
    line("M274 176 Q330 190 318 260 Q308 304 274 300", "#d79e2c", 14),
  sauce: ({ main, deep, pale, accent }) =>
    bottle("#5a2f27", "#3e1f1b", accent) + rect(136, 204, 128, 108, paper, 6) +
    rect(136, 204, 128, 26, main) + rect(136, 286, 128, 26, main) + disc(200, 258, 20, pale) +
    path("M186 258 q14 -24 28 0 q-14 24 -28 0Z", deep),
  vinegar: ({ main, deep, pale, accent }) =>
    path("M172 20 H228 V60 H172Z", accent) +
    path(
      "M176 58 H224 L230 100 C300 124 322 180 322 236 C322 310 280 352 200 352 S78 310 78 236 C78 180 100 124 170 100Z",
      main,
    ) +
    path(
      "M230 100 C300 124 322 180 322 236 C322 310 280 352 200 352 C262 320 276 180 224 98Z",
      deep,
    ) +
    placed(
      { turn: 45, about: [196, 232] },
      rect(144, 180, 104, 104, paper, 8) + rect(154, 190, 84, 84, pale, 4),
    ) + path("M176 232 q20 -34 40 0 q-20 34 -40 0Z", accent) + rect(160, 54, 80, 16, deep, 8),
  coffee_beans: ({ main, deep, pale, accent }) =>
    pouch(main, deep, pale) + disc(198, 196, 72, paper) +
    placed(
      { x: 198, y: 196, turn: -30 },
      oval(0, 0, 46, 34, "#6b3f2a") + line("M-40 0 C-16 -22 14 22 40 0", "#40241a", 7),
    ) + rect(138, 284, 124, 22, accent, 11) + disc(198, 96, 10, deep) + disc(198, 96, 4, ink),
} as const satisfies Motifs;
