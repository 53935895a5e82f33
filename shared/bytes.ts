/**
 * The pieces of a body as one. `grew` is told how many bytes there are after each, and may throw:
 * nothing more is read then.
 */
export async function collectBytes(
  body: AsyncIterable<Uint8Array> | undefined,
  grew: (length: number) => void = () => {},
): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body ?? []) {
    length += chunk.byteLength;
    grew(length);
    chunks.push(chunk);
  }
  const [only] = chunks;
  if (chunks.length === 1 && only?.buffer instanceof ArrayBuffer) {
    return only as Uint8Array<ArrayBuffer>;
  }
  const joined = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    joined.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return joined;
}
