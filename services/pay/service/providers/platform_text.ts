/** Texts that fit into a platform's fields. */

/** As much of the text as has so many bytes in UTF-8; no character is cut through. */
export function cutText(text: string, maxBytes: number): string {
  const { read } = new TextEncoder().encodeInto(text, new Uint8Array(maxBytes));
  return text.slice(0, read);
}
