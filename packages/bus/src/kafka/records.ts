import type { Names } from '../names.ts'
import type { BusRecord } from '../types.ts'
import type { IHeaders, KafkaMessage } from './client.ts'

/** Of a header that occurs several times the last one counts. */
export function headersOf(headers: IHeaders | undefined): Record<string, string> {
  const result: Record<string, string> = {}
  for (const [name, given] of Object.entries(headers ?? {})) {
    const value = Array.isArray(given) ? given.at(-1) : given
    if (value !== undefined) result[name] = typeof value === 'string' ? value : value.toString('utf8')
  }
  return result
}

export function toRecord(names: Names, topic: string, partition: number, message: KafkaMessage): BusRecord {
  return {
    topic: names.in(topic),
    partition,
    offset: BigInt(message.offset),
    key: message.key === null ? null : message.key.toString('utf8'),
    headers: headersOf(message.headers),
    value: message.value,
    timestamp: new Date(Number(message.timestamp)),
  }
}
