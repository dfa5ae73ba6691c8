import type { World } from './world.ts'

/**
 * The invariants, looked at from outside: every committed fact was applied exactly once at every consumer, each key in the order of its commits, and
 * nothing is left waiting. Answers what does not hold.
 */
export function check(world: World): string[] {
  const wrong: string[] = []
  for (const { name, store } of world.consumers) {
    const times = Map.groupBy(store.applied, fact => fact.factId)
    for (const [factId, all] of times) if (all.length > 1) wrong.push(`${name} applied ${factId} ${all.length} times`)
    for (const owner of world.owners) {
      const missing = owner.store.committed.filter(fact => !times.has(fact.factId)).length
      if (missing > 0) wrong.push(`${name} lacks ${missing} facts of ${owner.store.streams[0]!.service}`)
    }
    for (const [key, facts] of Map.groupBy(store.applied, fact => fact.key)) {
      if (facts.some((fact, index) => index > 0 && fact.n < facts[index - 1]!.n))
        wrong.push(`${name} applied ${key} out of order`)
    }
    if (store.parked.length > 0) wrong.push(`${name} has ${store.parked.length} parked events left`)
  }
  for (const { store } of world.owners) {
    store.streams.forEach((stream, id) => {
      if (store.sent[id]! < store.next[id]!) wrong.push(`${stream.topic}/${stream.partition} has numbers not sent`)
    })
  }
  return wrong
}
