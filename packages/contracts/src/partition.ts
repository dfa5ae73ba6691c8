// Kafka's own default partitioner (murmur2 over the key's UTF-8 bytes, sign bit cleared), so that a key lands on the same
// partition whoever writes it. The relay numbers a stream per partition: this function may never change its answers.
const seed = 0x9747b28c
const m = 0x5bd1e995
const r = 24

function mix(bytes: Uint8Array, at: number): number {
  const k = bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24) | 0
  const multiplied = Math.imul(k, m)
  return Math.imul(multiplied ^ (multiplied >>> r), m)
}

/** The 32-bit murmur2 hash of Kafka's Java client, signed. */
export function murmur2(bytes: Uint8Array): number {
  const whole = bytes.length & ~3
  let h = (seed ^ bytes.length) | 0
  for (let at = 0; at < whole; at += 4) h = Math.imul(h, m) ^ mix(bytes, at)
  const rest = bytes.length - whole
  if (rest >= 3) h ^= bytes[whole + 2]! << 16
  if (rest >= 2) h ^= bytes[whole + 1]! << 8
  if (rest >= 1) h = Math.imul(h ^ bytes[whole]!, m)
  h = Math.imul(h ^ (h >>> 13), m)
  return h ^ (h >>> 15)
}

/**
 * The partition of a key, 0 ≤ answer < partitions.
 * @throws RangeError when partitions is not a positive integer
 */
export function partitionOf(key: string, partitions: number): number {
  if (!Number.isSafeInteger(partitions) || partitions < 1) {
    throw new RangeError(`partitions must be a positive integer, not ${partitions}`)
  }
  return (murmur2(new TextEncoder().encode(key)) & 0x7fffffff) % partitions
}
