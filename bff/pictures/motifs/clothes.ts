/** What one wears, laid flat. */
import { gold, ink, paper } from "../colours.ts";
import type { Motifs } from "../motif.ts";
import { disc, dots, each, line, path, rect, veil } from "../shapes.ts";

/** A body with sleeves: the outline that most tops share. */
const top =
  "M138 52 L66 92 L26 204 L84 226 L108 168 L112 348 Q112 354 118 354 H282 Q288 354 288 348 L292 168 L316 226 L374 204 L334 92 L262 52Z";
/** The same with long sleeves. */
const longTop =
  "M138 48 L74 84 Q58 96 54 118 L24 318 L76 330 L110 182 L112 346 Q112 354 120 354 H280 Q288 354 288 346 L290 182 L324 330 L376 318 L346 118 Q342 96 326 84 L262 48Z";
const cuffs = "M22 316 L76 330 L72 352 L20 342Z M378 316 L324 330 L328 352 L380 342Z";

/** Clothes. */
export const clothes = {
  shirt: ({ main, deep, pale, accent }) =>
    path(longTop, main) +
    path(
      "M110 182 L118 130 L130 354 H120 Q112 354 112 346Z M290 182 L282 130 L270 354 H280 Q288 354 288 346Z",
      deep,
    ) +
    path("M150 44 L200 76 L250 44 L268 60 L238 116 L200 84 L162 116 L132 60Z", pale) +
    line("M200 92 V352", deep, 4) +
    dots(6, accent, [210, 120], [210, 166], [210, 212], [210, 258], [210, 304]) +
    path("M226 152 H270 V186 L248 200 L226 186Z", pale) + path(cuffs, pale),
  t_shirt: ({ main, deep, pale, accent }) =>
    path(top, main) +
    path(
      "M112 348 L108 168 L122 120 L134 354 H118Z M288 348 L292 168 L278 120 L266 354 H282Z",
      deep,
    ) +
    path("M138 52 Q200 120 262 52 L246 44 Q200 88 154 44Z", pale) + disc(200, 206, 52, pale) +
    disc(218, 190, 17, accent) +
    path("M156 234 L190 190 L212 216 L226 204 L244 234 A52 52 0 0 1 156 234Z", deep),
  hoodie: ({ main, deep, pale, accent }) =>
    path(longTop, main) +
    path("M118 60 C120 6 280 6 282 60 C276 112 240 132 200 136 C160 132 124 112 118 60Z", deep) +
    path("M144 64 C146 34 254 34 256 64 C250 96 226 112 200 114 C174 112 150 96 144 64Z", ink) +
    path("M150 60 Q200 130 250 60 Q248 118 200 122 Q152 118 150 60Z", main) +
    line("M178 112 V186 M222 112 V172", paper, 6) + path("M130 258 H270 L290 330 H110Z", deep) +
    path("M138 264 H262 L278 326 H122Z", main) + rect(110, 334, 180, 22, deep, 8) +
    path(cuffs, deep) + rect(180, 204, 40, 26, accent, 6) + disc(178, 190, 4, pale),
  sweater: ({ main, deep, pale, accent }) =>
    path(longTop, main) + path("M148 44 Q200 84 252 44 L262 56 Q200 112 138 56Z", deep) +
    path(cuffs, deep) + rect(110, 332, 180, 24, deep, 8) +
    line("M112 176 l22 24 l22 -24 l22 24 l22 -24 l22 24 l22 -24 l22 24 l22 -24", paper, 9) +
    line("M112 216 l22 24 l22 -24 l22 24 l22 -24 l22 24 l22 -24 l22 24 l22 -24", accent, 9) +
    veil(
      0.7,
      line("M112 256 l22 24 l22 -24 l22 24 l22 -24 l22 24 l22 -24 l22 24 l22 -24", pale, 9),
    ),
  jacket: ({ main, deep, pale, accent }) =>
    path(longTop, main) + path("M200 70 L288 120 V346 Q288 354 280 354 H200Z", deep) +
    path("M150 40 H250 L266 62 L228 100 L200 74 L172 100 L134 62Z", pale) +
    line("M200 80 V352", ink, 9) + line("M200 92 V348", gold, 3) + rect(194, 128, 12, 26, gold, 4) +
    line("M134 246 L158 292 M266 246 L242 292", accent, 8) + rect(110, 332, 180, 24, ink, 8) +
    path(cuffs, ink) + rect(226, 150, 42, 28, pale, 5),
  puffer: ({ main, deep, pale, accent }) =>
    path(longTop, main) +
    veil(
      0.8,
      line(
        "M112 130 Q200 152 288 130 M110 184 Q200 206 290 184 M112 238 Q200 260 288 238 M112 292 Q200 314 288 292 M62 130 L106 146 M50 196 L96 210 M40 256 L86 268 M338 130 L294 146 M350 196 L304 210 M360 256 L314 268",
        deep,
        7,
      ),
    ) +
    path("M124 52 C130 2 270 2 276 52 C262 98 138 98 124 52Z", deep) +
    path("M150 54 C156 26 244 26 250 54 C240 82 160 82 150 54Z", ink) +
    line("M200 92 V352", paper, 7) + path(cuffs, pale) + rect(222, 206, 48, 22, accent, 6),
  coat: ({ main, deep, pale, accent }) =>
    path(
      "M142 36 L86 62 Q70 72 66 94 L38 276 L86 286 L118 158 L104 372 H296 L282 158 L314 286 L362 276 L334 94 Q330 72 314 62 L258 36Z",
      main,
    ) + path("M200 120 L282 158 L296 372 H208Z", deep) +
    path("M150 28 L200 122 L118 96 L134 44Z M250 28 L200 122 L282 96 L266 44Z", pale) +
    path("M112 222 H288 V250 H112Z", deep) + rect(182, 216, 44, 40, accent, 6) +
    rect(192, 226, 24, 20, deep, 3) +
    each([150, 190, 286], (y) => disc(176, y, 7, ink) + disc(226, y, 7, ink)) +
    line("M128 290 L152 300 M272 290 L250 300", ink, 6),
  dress: ({ main, deep, pale, accent }) =>
    line("M158 96 L150 36 M242 96 L250 36", main, 16) +
    path(
      "M144 84 Q172 112 200 92 Q228 112 256 84 L262 120 L248 180 Q300 280 330 346 Q266 376 200 368 T70 346 Q100 280 152 180 L138 120Z",
      main,
    ) +
    path("M248 180 Q300 280 330 346 Q296 362 264 366 Q256 270 226 184Z", deep) +
    path("M150 172 H250 L252 196 H148Z", accent) +
    path("M232 176 L266 158 L264 206Z M232 176 L198 158 L200 206Z", accent) +
    each([[130, 280], [180, 240], [170, 326], [230, 290], [284, 330], [110, 336], [200, 140]], (
      [x, y],
    ) => disc(x, y, 9, pale)),
  skirt: ({ main, deep, pale, accent }) =>
    path("M130 70 H270 L342 330 Q272 362 200 356 T58 330Z", main) +
    path("M156 96 L118 346 L164 354 L178 96Z M222 96 L240 354 L286 346 L246 96Z", deep) +
    rect(126, 54, 148, 44, pale, 12) + rect(180, 60, 40, 32, accent, 6) +
    rect(190, 68, 20, 16, pale, 3) + line("M60 322 Q130 348 200 344 T340 322", pale, 6),
  trousers: ({ main, deep, pale, accent }) =>
    path("M112 40 H288 L320 364 H226 L200 160 L174 364 H80Z", main) +
    path("M200 160 L226 364 H320 L288 40 H250 L262 150Z", deep) + rect(108, 34, 184, 32, pale, 8) +
    line("M200 66 V150", ink, 4) + disc(200, 50, 8, accent) +
    line("M128 80 Q138 116 118 128 M272 80 Q262 116 284 128", ink, 4) +
    line("M84 340 H172 M228 340 H316", pale, 6) + rect(146, 30, 10, 38, ink, 4) +
    rect(244, 30, 10, 38, ink, 4),
  shorts: ({ main, deep, pale, accent }) =>
    path("M92 84 H308 L358 316 H222 L200 196 L178 316 H42Z", main) +
    path("M200 196 L222 316 H358 L308 84 H276 L300 250 L250 280Z", deep) +
    path("M92 84 L42 316 H70 L118 100Z", accent) + rect(88, 66, 224, 36, pale, 12) +
    line("M190 98 Q170 150 160 156 M210 98 Q226 140 236 146", paper, 7) +
    line("M48 292 H174 M226 292 H352", pale, 6),
  vest: ({ main, deep, pale, accent }) =>
    path(
      "M142 40 H170 Q200 96 230 40 H258 Q262 112 304 140 L296 346 Q296 354 288 354 H112 Q104 354 104 346 L96 140 Q138 112 142 40Z",
      main,
    ) + path("M258 40 Q262 112 304 140 L296 346 Q296 354 288 354 H254 Q276 200 242 66Z", deep) +
    path("M100 214 L300 170 L299 206 L101 252Z", paper) +
    path("M101 260 L299 214 L298 230 L101 276Z", accent) + line("M170 42 Q200 98 230 42", pale, 9),
  onesie: ({ main, deep, pale, accent }) =>
    path(
      "M144 50 L82 76 L38 160 L88 190 L116 152 L108 270 L92 346 H168 L200 282 L232 346 H308 L292 270 L284 152 L312 190 L362 160 L318 76 L256 50Z",
      main,
    ) + path("M144 50 Q200 112 256 50 L242 42 Q200 80 158 42Z", pale) +
    path("M92 346 L98 318 H182 L168 346Z M308 346 L302 318 H218 L232 346Z", deep) +
    disc(200, 186, 44, paper) + disc(176, 150, 16, paper) + disc(224, 150, 16, paper) +
    disc(186, 180, 6, ink) + disc(214, 180, 6, ink) + path("M190 196 H210 L200 208Z", accent) +
    dots(6, accent, [200, 96], [200, 118], [200, 262]),
} as const satisfies Motifs;
