/** Which partitions this member has, and the offset that is read next in each. Names are without the prefix. */
export interface Places {
  /** After a (re)join reading goes on from what the group remembers, so every place is unknown at first. */
  assign(assignment: Record<string, number[]>): void
  has(topic: string, partition: number): boolean
  get(topic: string, partition: number): bigint | null
  set(topic: string, partition: number, next: bigint): void
  /** Sets a place that is still unknown; what was delivered or sought meanwhile knows better. */
  learn(topic: string, partition: number, next: bigint): void
}

export function createPlaces(): Places {
  let assigned = new Map<string, Map<number, bigint | null>>()

  return {
    assign(assignment) {
      const unknown = (partitions: number[]) => new Map(partitions.map(partition => [partition, null]))
      assigned = new Map(Object.entries(assignment).map(([topic, partitions]) => [topic, unknown(partitions)]))
    },
    has: (topic, partition) => assigned.get(topic)?.has(partition) === true,
    get: (topic, partition) => assigned.get(topic)?.get(partition) ?? null,
    set(topic, partition, next) {
      if (assigned.get(topic)?.has(partition)) assigned.get(topic)?.set(partition, next)
    },
    learn(topic, partition, next) {
      if (assigned.get(topic)?.get(partition) === null) assigned.get(topic)?.set(partition, next)
    },
  }
}
