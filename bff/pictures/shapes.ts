/**
 * The few shapes that every picture is made of, as SVG text. Lengths are in the picture's units;
 * colours are our own constants, never anything from a request.
 */

/** A rectangle from its top left corner, with round corners if told. */
export function rect(x: number, y: number, w: number, h: number, fill: string, round = 0): string {
  const corners = round === 0 ? "" : ` rx="${round}"`;
  return `<rect x="${x}" y="${y}" width="${w}" height="${h}"${corners} fill="${fill}"/>`;
}

/** A filled circle. */
export function disc(x: number, y: number, radius: number, fill: string): string {
  return `<circle cx="${x}" cy="${y}" r="${radius}" fill="${fill}"/>`;
}

/** A filled ellipse. */
export function oval(x: number, y: number, rx: number, ry: number, fill: string): string {
  return `<ellipse cx="${x}" cy="${y}" rx="${rx}" ry="${ry}" fill="${fill}"/>`;
}

/** Discs of one size, as one path: a point drawn with a round pen. */
export function dots(
  radius: number,
  fill: string,
  ...places: readonly (readonly [x: number, y: number])[]
): string {
  return line(places.map(([x, y]) => `M${x} ${y}h0`).join(""), fill, radius * 2);
}

/** The outline of a circle. */
export function ring(x: number, y: number, radius: number, colour: string, width: number): string {
  return `<circle cx="${x}" cy="${y}" r="${radius}" fill="none" stroke="${colour}" ` +
    `stroke-width="${width}"/>`;
}

/** A filled outline, in the language of SVG paths. */
export function path(d: string, fill: string): string {
  return `<path d="${d}" fill="${fill}"/>`;
}

/** A drawn line with round ends, in the language of SVG paths. */
export function line(d: string, colour: string, width: number): string {
  return `<path d="${d}" fill="none" stroke="${colour}" stroke-width="${width}" ` +
    `stroke-linecap="round" stroke-linejoin="round"/>`;
}

/** The same, seen through: `opacity` from 0 to 1. */
export function veil(opacity: number, inner: string): string {
  return `<g opacity="${opacity}">${inner}</g>`;
}

/** Light on a shining surface. */
export function shine(inner: string): string {
  return veil(0.35, inner);
}

/** Small stars around these places. */
export function stars(
  fill: string,
  ...places: readonly (readonly [x: number, y: number])[]
): string {
  const star = "l5 11 11 1-8 8 2 11-10-6-10 6 2-11-8-8 11-1z";
  return path(places.map(([x, y]) => `M${x} ${y - 15}${star}`).join(""), fill);
}

/** What `draw` makes of each of `values`. */
export function each<const T>(
  values: readonly T[],
  draw: (value: T, index: number) => string,
): string {
  return values.map(draw).join("");
}

export interface Placing {
  readonly x?: number;
  readonly y?: number;
  readonly scale?: number;
  /** Degrees, clockwise. */
  readonly turn?: number;
  /** Turns and scaling keep this point; the origin unless told. */
  readonly about?: readonly [x: number, y: number];
  readonly mirrored?: boolean;
}

/** `inner` moved so that its point `about` comes to rest at `x`, `y`, turned and scaled there. */
export function placed(placing: Placing, inner: string): string {
  const { about: [aboutX, aboutY] = [0, 0], scale = 1, turn = 0, mirrored = false } = placing;
  const { x = aboutX, y = aboutY } = placing;
  const moves = [`translate(${x} ${y})`];
  if (turn !== 0) moves.push(`rotate(${turn})`);
  if (scale !== 1 || mirrored) moves.push(`scale(${mirrored ? -scale : scale} ${scale})`);
  if (aboutX !== 0 || aboutY !== 0) moves.push(`translate(${-aboutX} ${-aboutY})`);
  return `<g transform="${moves.join(" ")}">${inner}</g>`;
}
