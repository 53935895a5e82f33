/** The colours of all pictures. */

/** What a thing and its surroundings are painted with. */
export interface Colours {
  /** The thing itself, its shaded side and its light side. */
  readonly main: string;
  readonly deep: string;
  readonly pale: string;
  /** Buttons, labels, seams. */
  readonly accent: string;
  /** Behind it: the wall, and what stands out from the wall. */
  readonly wall: string;
  readonly halo: string;
}

/** Colours that a product may come in, by the names that picture addresses use. */
export const colours = {
  black: palette("#3b3f4b", "#23262f", "#757b8c", "#e3a657", "#eceef2", "#d8dce4"),
  white: palette("#f3f4f7", "#cbd2dc", "#ffffff", "#5c8fd6", "#dde6ef", "#c8d5e3"),
  grey: palette("#98a1af", "#6d7684", "#c9cfd8", "#ee8d5d", "#eff1f5", "#dde2e9"),
  sand: palette("#dcc6a0", "#b89c70", "#f0e3c9", "#b96f4e", "#f5efe4", "#e8dcc6"),
  brown: palette("#a9785a", "#77503a", "#d8b79e", "#6fa18c", "#f6eee8", "#e9d6c8"),
  blue: palette("#5683c9", "#365a96", "#adc6ee", "#f2b84b", "#e8eff9", "#cfdef5"),
  navy: palette("#37497a", "#232f55", "#7687b8", "#eb9263", "#e9ecf6", "#d0d8ec"),
  teal: palette("#3f9b9b", "#276c70", "#a0d5d1", "#f08c6c", "#e4f3f1", "#c5e4e1"),
  green: palette("#6ca27c", "#467358", "#b8d7bf", "#f0a968", "#eaf3eb", "#d0e5d4"),
  pink: palette("#e592a7", "#b9627b", "#f8ccd7", "#5d80a9", "#fcedf1", "#f6d5de"),
  red: palette("#d95d50", "#a13c34", "#f3aba1", "#f4cf6c", "#fbebe8", "#f6d3cd"),
  orange: palette("#ea954c", "#b76a2b", "#f8ca9e", "#3f7d82", "#fdf1e5", "#f9dec2"),
  yellow: palette("#eec14e", "#bb8e27", "#fae4a6", "#4e70a6", "#fdf6e2", "#f9e8ba"),
  purple: palette("#8b76c1", "#5f4c93", "#c9bce9", "#f0b45c", "#f0ecf9", "#ded5f2"),
} as const satisfies Readonly<Record<string, Colours>>;

/** Say what a product's colour is. */
export type ColourName = keyof typeof colours;

/** What is of its own colour in every picture. */
export const ink = "#2c303b";
export const paper = "#fdfaf3";
export const steel = "#c6ccd6";
export const steelDeep = "#949dab";
export const wood = "#cd9a68";
export const woodDeep = "#a47146";
export const leaf = "#69a66f";
export const leafDeep = "#467c52";
export const glass = "#d5e8ef";
export const gold = "#eebf57";

function palette(
  main: string,
  deep: string,
  pale: string,
  accent: string,
  wall: string,
  halo: string,
): Colours {
  return { main, deep, pale, accent, wall, halo };
}
