/** A whole document around shapes. */

/** An SVG document of `width` by `height` that tells screen readers `label`, a word of our own. */
export function svg(width: number, height: number, label: string, ...shapes: string[]): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" ` +
    `viewBox="0 0 ${width} ${height}" role="img" aria-label="${label}">${shapes.join("")}</svg>\n`;
}

/** The soft shadow below what lies flat: around the shapes that are `inner`. */
export function lifted(inner: string): string {
  return '<filter id="s" x="-20%" y="-20%" width="140%" height="150%">' +
    '<feDropShadow dx="0" dy="14" stdDeviation="12" flood-color="#20242e" flood-opacity=".22"/>' +
    `</filter><g filter="url(#s)">${inner}</g>`;
}
