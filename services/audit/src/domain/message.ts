import type { ChainHead, Leaf } from './leaf.ts'

/** What a producer sent in one record, its head's signature checked. */
export interface Message {
  /** `service/epoch` */
  readonly producer: string
  /** In their order; none in a bare head. */
  readonly leaves: readonly Leaf[]
  readonly head: ChainHead
  /** Milliseconds since 1970 when its producer signed the head, by its own clock; null when the head does not say. */
  readonly signedAt: number | null
  /** What stands where leaves were to be and is none. */
  readonly unreadable?: { readonly hash: Uint8Array; readonly bytes: Uint8Array }
  /** Milliseconds until the producer speaks again at the latest. */
  readonly dueMs: number
}
