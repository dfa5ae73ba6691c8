const lengthBytes = 4

/** Entries of one commit as one value: each with its length before it, four bytes big-endian. */
export function frameEntries(entries: readonly Uint8Array[]): Buffer {
  const framed = Buffer.allocUnsafe(entries.reduce((sum, { length }) => sum + lengthBytes + length, 0))
  let at = 0
  for (const entry of entries) {
    at = framed.writeUInt32BE(entry.length, at)
    framed.set(entry, at)
    at += entry.length
  }
  return framed
}

/** The entries of {@link frameEntries}, as views on its bytes. @throws RangeError for what ends inside an entry */
export function splitFrames(framed: Buffer): Buffer[] {
  const entries: Buffer[] = []
  for (let at = 0; at < framed.length; ) {
    if (at + lengthBytes > framed.length) throw new RangeError('the frame ends inside a length')
    const end = at + lengthBytes + framed.readUInt32BE(at)
    if (end > framed.length) throw new RangeError('the frame ends inside an entry')
    entries.push(framed.subarray(at + lengthBytes, end))
    at = end
  }
  return entries
}
