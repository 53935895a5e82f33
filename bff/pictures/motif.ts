import type { Colours } from "./colours.ts";

/**
 * Draws one thing in a square of 400 by 400, about 320 tall or wide. What stands, stands on the line
 * y = 352.
 */
export type Motif = (colours: Colours) => string;

/** Things by the names that picture addresses use: small letters and `_`. */
export type Motifs = Readonly<Record<string, Motif>>;
