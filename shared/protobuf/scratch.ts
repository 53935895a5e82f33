/** Eight bytes seen as numbers of each size, to take one apart or put it together. */
const eight = new ArrayBuffer(8);

/** The low half first, as on every machine that Deno runs on. */
export const halves: Int32Array = new Int32Array(eight);
export const long: BigInt64Array = new BigInt64Array(eight);
export const unsignedLong: BigUint64Array = new BigUint64Array(eight);
export const single: Float32Array = new Float32Array(eight);
export const double: Float64Array = new Float64Array(eight);
