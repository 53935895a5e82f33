/** Pens, ink and small things for the desk. */
import { gold, ink, leaf, paper, steel, steelDeep, wood, woodDeep } from "../colours.ts";
import type { Motifs } from "../motif.ts";
import { disc, each, line, oval, path, placed, rect, shine, veil } from "../shapes.ts";

/** What one writes with, and keeps tidy with. */
export const pens = {
  fountain_pen: ({ main, deep, pale, accent }) =>
    line("M40 330 C90 270 110 360 150 320 S190 300 214 322", deep, 7) +
    placed(
      { turn: 42, about: [220, 190] },
      rect(196, -20, 52, 200, main, 22) + rect(230, -10, 18, 184, deep, 9) +
        rect(192, 96, 60, 18, gold, 4) + line("M186 4 V84", gold, 9) + disc(186, 86, 8, gold) +
        rect(200, 178, 44, 76, ink, 8) + path("M202 252 H242 L226 326 Q222 336 218 326Z", steel) +
        line("M222 330 V286", ink, 3) + disc(222, 280, 6, ink) + rect(204, 4, 9, 80, pale, 4) +
        rect(198, 172, 48, 12, accent, 3),
    ),
  gel_pen: ({ main, deep, pale, accent }) =>
    each([[-26, main, deep], [-4, accent, ink], [18, pale, deep]], ([turn, body, end]) =>
      placed(
        { turn, about: [200, 420], y: 400 },
        rect(184, 84, 32, 220, body, 10) + path("M184 300 H216 L206 348 H194Z", steel) +
          rect(192, 60, 16, 30, end, 6) + rect(212, 96, 10, 84, end, 5) +
          rect(184, 256, 32, 44, end, 8) + rect(191, 112, 7, 120, paper, 3),
      )),
  ink: ({ main, deep, pale, accent }) =>
    rect(136, 60, 128, 66, ink, 14) +
    veil(
      0.4,
      line("M154 70 V116 M176 70 V116 M198 70 V116 M220 70 V116 M242 70 V116", steelDeep, 5),
    ) + rect(152, 124, 96, 26, "#dcebf2") +
    path("M110 148 H290 L334 206 V330 Q334 352 312 352 H88 Q66 352 66 330 V206Z", "#dcebf2") +
    path("M74 196 L110 148 H290 L334 206 V330 Q334 352 312 352 H88 Q66 352 66 330 V206Z", main) +
    path("M290 148 L334 206 V330 Q334 352 312 352 H282 Q300 250 268 148Z", deep) +
    rect(104, 222, 160, 92, paper, 8) +
    path("M150 296 C122 272 138 244 150 234 C162 244 178 272 150 296Z", main) +
    rect(188, 252, 60, 9, accent, 4) + rect(188, 274, 44, 8, pale, 4) +
    shine(line("M92 216 V318", paper, 9)),
  brush_pen: ({ main, deep, pale, accent }) =>
    path("M60 300 Q150 232 250 290 Q330 330 370 300 Q320 372 220 322 Q140 290 60 300Z", ink) +
    placed(
      { turn: 34, about: [220, 326], x: 208, y: 322, scale: 0.86 },
      rect(200, -40, 40, 236, main, 16) + rect(226, -30, 14, 220, deep, 7) +
        rect(198, 124, 44, 14, accent, 3) + path("M202 194 H238 L232 232 H208Z", steelDeep) +
        path("M206 232 H234 Q242 280 216 324 Q198 280 206 232Z", ink) +
        rect(206, -20, 7, 120, pale, 3) + line("M220 -40 q-16 -24 0 -34 q16 10 0 34", accent, 5),
    ),
  mechanical_pencil: ({ main, deep, pale, accent }) =>
    line("M40 310 l44 -40 l30 44 l44 -52 l34 46", steelDeep, 6) +
    placed(
      { turn: 38, about: [230, 318], x: 152, y: 288, scale: 0.84 },
      rect(208, -26, 44, 190, main, 10) + rect(238, -20, 14, 180, deep, 6) +
        rect(216, -58, 28, 40, steel, 6) + rect(256, -6, 10, 90, steel, 5) +
        rect(206, 158, 48, 76, ink, 8) +
        line("M210 172 H250 M210 188 H250 M210 204 H250 M210 220 H250", steelDeep, 4) +
        path("M208 232 H252 L236 290 H224Z", steel) + rect(226, 288, 8, 30, steelDeep, 3) +
        rect(215, -4, 8, 110, pale, 4) + rect(208, 136, 44, 14, accent),
    ),
  pen_tray: ({ main, deep, pale, accent }) =>
    placed(
      { turn: -9, about: [130, 200] },
      rect(100, 52, 26, 190, gold) + path("M100 52 H126 L113 16Z", "#e6c39b"),
    ) +
    placed(
      { turn: 8, about: [200, 200] },
      rect(190, 60, 22, 180, accent, 8) + rect(190, 40, 22, 30, ink, 6),
    ) + rect(148, 80, 20, 160, deep, 6) +
    placed(
      { turn: 14, about: [280, 220] },
      rect(250, 70, 40, 170, steel, 4) +
        veil(0.6, line("M250 90 h14 M250 110 h20 M250 130 h14 M250 150 h20 M250 170 h14", ink, 4)),
    ) + path("M56 196 H344 V320 Q344 352 312 352 H88 Q56 352 56 320Z", main) +
    path("M300 196 H344 V320 Q344 352 312 352 H270 Q302 300 300 196Z", deep) +
    rect(46, 184, 308, 28, pale, 12) + rect(80, 256, 110, 42, pale, 10),
  letter_rack: ({ main, deep, accent, pale }) =>
    placed(
      { turn: -5, about: [150, 200] },
      rect(66, 64, 210, 200, paper, 8) + line("M70 70 L170 150 L272 70", steelDeep, 5),
    ) +
    placed(
      { turn: 6, about: [250, 200] },
      rect(140, 110, 200, 160, pale, 8) + line("M144 116 L240 190 L336 116", deep, 5) +
        disc(240, 192, 15, accent),
    ) + path("M48 190 H352 V352 H48Z", wood) + path("M48 190 H352 L330 250 H70Z", woodDeep) +
    path("M48 250 H352 V340 Q352 352 340 352 H60 Q48 352 48 340Z", wood) +
    rect(48, 330, 304, 22, woodDeep, 8) + rect(150, 278, 100, 34, main, 8),
  monitor_stand: ({ main, deep, pale, accent }) =>
    rect(176, 190, 48, 70, steelDeep) + rect(80, 20, 240, 178, ink, 14) +
    rect(92, 32, 216, 146, pale, 6) +
    path(
      "M92 170 L150 110 L196 152 L236 122 L308 172 V172 Q308 178 300 178 H100 Q92 178 92 172Z",
      main,
    ) + rect(30, 250, 340, 30, wood, 10) + rect(30, 270, 340, 12, woodDeep, 6) +
    rect(48, 280, 26, 72, woodDeep, 4) + rect(326, 280, 26, 72, woodDeep, 4) +
    rect(100, 316, 200, 30, deep, 8) + path("M112 322" + "h14v8h-14zm20 0".repeat(9), pale) +
    rect(316, 214, 30, 36, accent, 6) +
    path("M331 216 Q310 190 318 172 Q334 184 332 212 Q336 184 354 176 Q356 198 331 216Z", leaf),
  tape_dispenser: ({ main, deep, accent }) =>
    path(
      "M50 352 Q36 352 40 330 L62 250 Q70 226 96 232 L300 262 Q330 262 336 232 L350 180 L376 190 L362 330 Q360 352 338 352Z",
      main,
    ) + path("M40 330 Q200 300 366 300 L362 330 Q360 352 338 352 H50 Q36 352 40 330Z", deep) +
    disc(160, 190, 98, "#f4e2a8") + disc(160, 190, 62, accent) + disc(160, 190, 40, deep) +
    disc(160, 190, 15, ink) +
    veil(0.8, path("M170 92 Q280 110 352 176 L346 186 Q270 130 178 128Z", "#f4e2a8")) +
    path("M344 172 l8 -12 l6 14 l8 -10 l4 16 l8 -8 l2 20 l-34 -8Z", steel) +
    oval(120, 318, 26, 8, main),
} as const satisfies Motifs;
