/**
 * The server has seen nothing of the request, so that sending it to another one cannot do anything
 * twice. Nothing can be said of a request that broke off later.
 */
export class NotSent extends Error {
  override readonly name: string = "NotSent";
}
