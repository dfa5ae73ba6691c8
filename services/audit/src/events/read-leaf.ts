import { createHash } from 'node:crypto'
import type { Leaf } from '../domain/leaf.ts'

/**
 * Reads a leaf's bytes; null when they are no leaf of version 1 (other members, numbers or hashes that are none).
 */
export function readLeaf(bytes: Uint8Array): Leaf | null {
  let said: unknown
  try {
    said = JSON.parse(Buffer.from(bytes).toString('utf8'))
  } catch {
    return null
  }
  if (!isObject(said) || Object.keys(said).sort().join() !== 'entry,prev,producer,seq,v') return null
  const { entry, prev, producer, seq, v } = said
  if (v !== 1 || !isObject(entry) || typeof prev !== 'string' || typeof producer !== 'string') return null
  if (typeof seq !== 'string' || !/^[1-9][0-9]{0,17}$/.test(seq) || !/^[A-Za-z0-9+/]{43}=$/.test(prev)) return null
  const hash = createHash('sha256').update(bytes).digest()
  return { producer, seq: BigInt(seq), prev: Buffer.from(prev, 'base64'), hash, bytes, entry }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
