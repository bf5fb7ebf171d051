/**
 * Where in the request the reader stands. One mutable object instead of a path string per block: the path is
 * only put together when something is wrong there.
 */
export interface Place {
  message: number;
  /** -1: the message itself. */
  block: number;
  /** Inside a tool_result or document; -1: the block itself. */
  inner: number;
  /** How many images the target was not shown. */
  imagesNotSeen: number;
}

export function pathOf(place: Place, field?: string): string {
  let path = `messages.${place.message}`;
  if (place.block >= 0) path += `.content.${place.block}`;
  if (place.inner >= 0) path += `.content.${place.inner}`;
  return field === undefined ? path : `${path}.${field}`;
}
