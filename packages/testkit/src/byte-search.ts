// Searches bytes for thousands of patterns at once: a Rabin-Karp hash of the first bytes of each pattern, ASCII letters
// folded to lower case, so that one pass over a log of many megabytes takes seconds.
const windowBytes = 6
const tableBits = 20
const base = 257

export interface Pattern<T> {
  bytes: Uint8Array
  meaning: T
}

export interface Hit<T> {
  at: number
  meaning: T
}

export interface ByteSearch<T> {
  /** Every place of every pattern; letters A-Z and a-z count as the same. */
  find(bytes: Uint8Array): Hit<T>[]
}

/** @throws RangeError for a pattern below 6 bytes: it would be found by chance */
export function createByteSearch<T>(patterns: readonly Pattern<T>[]): ByteSearch<T> {
  const present = new Uint8Array(1 << tableBits)
  const byHash = new Map<number, Pattern<T>[]>()
  for (const { bytes, meaning } of patterns) {
    if (bytes.length < windowBytes)
      throw new RangeError(`A pattern has ${bytes.length} bytes instead of ${windowBytes}.`)
    const folded = bytes.map(fold)
    const hash = hashOf(folded, 0)
    present[hash >>> (32 - tableBits)] = 1
    const same = byHash.get(hash) ?? []
    byHash.set(hash, [...same, { bytes: folded, meaning }])
  }

  function at(bytes: Uint8Array, start: number, hash: number): Hit<T>[] {
    const candidates = byHash.get(hash) ?? []
    return candidates
      .filter(({ bytes: wanted }) => matches(bytes, start, wanted))
      .map(({ meaning }) => ({ at: start, meaning }))
  }

  return {
    find(bytes) {
      const hits: Hit<T>[] = []
      if (bytes.length < windowBytes) return hits
      let hash = hashOf(bytes, 0)
      for (let start = 0; ; start++) {
        if (present[hash >>> (32 - tableBits)] === 1) hits.push(...at(bytes, start, hash))
        const next = bytes[start + windowBytes]
        if (next === undefined) return hits
        hash = (Math.imul(hash - Math.imul(fold(bytes[start]!), leaving), base) + fold(next)) >>> 0
      }
    },
  }
}

const leaving = Array.from({ length: windowBytes - 1 }).reduce<number>(product => Math.imul(product, base), 1)

function hashOf(bytes: Uint8Array, start: number): number {
  let hash = 0
  for (let i = 0; i < windowBytes; i++) hash = (Math.imul(hash, base) + fold(bytes[start + i]!)) >>> 0
  return hash
}

function fold(byte: number): number {
  return byte >= 0x41 && byte <= 0x5a ? byte + 0x20 : byte
}

function matches(bytes: Uint8Array, start: number, wanted: Uint8Array): boolean {
  if (start + wanted.length > bytes.length) return false
  return wanted.every((byte, i) => fold(bytes[start + i]!) === byte)
}
