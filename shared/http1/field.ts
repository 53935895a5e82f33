/** What the lines of an HTTP message may be made of (RFC 9110, sections 5.1 and 5.5). */

/** A field's name, or any other token. */
export const token = /^[!#$%&'*+.^_`|~\w-]+$/;

/** A character that may stand in no line: it could end it, or is no single byte. */
export const unwritable = /[^\t\x20-\x7e\x80-\xff]/;
