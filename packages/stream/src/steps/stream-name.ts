/** A stream's full name. A new epoch begins when the owner's database was restored: its numbers start again from 1. */
export interface StreamName {
  service: string
  /** Milliseconds since 1970 when the epoch was opened; a later epoch has a higher one. */
  epoch: bigint
  topic: string
  partition: number
}

/** `gateway/1767225600000/haven.partner.inbound/3` */
export function formatStreamName({ service, epoch, topic, partition }: StreamName): string {
  return `${service}/${epoch}/${topic}/${partition}`
}

/** Null when the text is not a stream's name in exactly the form that `formatStreamName` gives. */
export function parseStreamName(text: string): StreamName | null {
  const match = /^([a-z][a-z0-9-]{0,47})\/([1-9][0-9]{0,18})\/([A-Za-z0-9._-]{1,200})\/(0|[1-9][0-9]{0,5})$/.exec(text)
  // PostgreSQL's bigint is the limit.
  if (!match || BigInt(match[2]!) >= 2n ** 63n) return null
  return { service: match[1]!, epoch: BigInt(match[2]!), topic: match[3]!, partition: Number(match[4]) }
}
