import type { StreamName } from '../steps/stream-name.ts'

/** What a consumer follows: a stream without its epoch. */
export interface Source {
  readonly consumer: string
  readonly service: string
  readonly topic: string
  readonly partition: number
}

export function sourceOf(consumer: string, { service, topic, partition }: StreamName): Source {
  return { consumer, service, topic, partition }
}

export function sourceKey({ service, topic, partition }: Source): string {
  return `${service}/${topic}/${partition}`
}

/** The first four parameters of every statement about a source. */
export function sourceValues({ consumer, service, topic, partition }: Source): [string, string, string, number] {
  return [consumer, service, topic, partition]
}
