import type { AuditEntry } from '@haven/contracts'
import type { Log } from '@haven/stream'
import type { About } from '../record/make-entry.ts'

/** What an answer that is a stream can do about the request that it answers. */
export interface StreamRecord {
  /** Resolves when the entry is durable. @throws Problem `audit-unavailable` */
  enter(outcome: AuditEntry['outcome'], about: About, reason?: string): Promise<void>
  /** Judges the request anew: the code of why nothing more may be shown to it, undefined while it may. */
  refused(): Promise<string | undefined>
  readonly log: Log
}
