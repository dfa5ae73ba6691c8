/** The hash before a producer's first leaf. */
export const noHash: Uint8Array = Buffer.alloc(32)

/** One link of a producer's chain, exactly as its service stored it before sending. */
export interface Leaf {
  /** `service/epoch` */
  readonly producer: string
  /** Contiguous in the chain, from 1. */
  readonly seq: bigint
  /** SHA-256 of the leaf before, {@link noHash} at 1. */
  readonly prev: Uint8Array
  /** SHA-256 of `bytes`. */
  readonly hash: Uint8Array
  /** RFC 8785 bytes of `{entry, prev, producer, seq, v}`; they are what is stored and hashed, never written anew. */
  readonly bytes: Uint8Array
  /** What the answering process wrote of the look. */
  readonly entry: Readonly<Record<string, unknown>>
}

/** What a producer signed of itself: everything up to `seq` is there, and ends in `hash`. */
export interface ChainHead {
  readonly seq: bigint
  readonly hash: Uint8Array
}

/** Byte for byte. */
export const isSame = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0
