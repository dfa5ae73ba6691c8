/**
 * Groups a stream so that no group has more than `maxItems` items or `maxBytes` bytes. An item beyond the bytes stands alone.
 * @param bytesOf size of an item in its group, separators counted in
 */
export async function* windows<T>(
  items: AsyncIterable<T> | Iterable<T>,
  { maxItems, maxBytes, bytesOf }: { maxItems: number; maxBytes?: number; bytesOf?: (item: T) => number },
): AsyncGenerator<T[]> {
  let window: T[] = []
  let bytes = 0
  for await (const item of items) {
    const more = bytesOf?.(item) ?? 0
    if (window.length === maxItems || (window.length > 0 && bytes + more > (maxBytes ?? Number.POSITIVE_INFINITY))) {
      yield window
      window = []
      bytes = 0
    }
    window.push(item)
    bytes += more
  }
  if (window.length > 0) yield window
}
