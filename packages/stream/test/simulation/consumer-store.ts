import type { Place } from '../../src/steps/judge.ts'
import { behindCause, followsByItself, nextOfKey, type ParkedStep } from '../../src/steps/parking.ts'
import type { Rules } from './rules.ts'

export interface Applied {
  factId: string
  key: string
  n: number
}

interface ParkedFact extends ParkedStep {
  source: string
  fact: Applied
  cause: string
  requested: 'redrive' | 'drop' | null
}

/** A consumer's database: every method is one transaction that has the place's row locked. */
export class ConsumerStore {
  readonly applied: Applied[] = []
  readonly places = new Map<string, Place>()
  parked: ParkedFact[] = []
  readonly #rules: Rules

  constructor(rules: Rules) {
    this.#rules = rules
  }

  load(source: string, epoch: bigint): { place: Place; parkedKeys: Set<string> } {
    const place = this.places.get(source) ?? { epoch, last: 0n, factId: null }
    this.places.set(source, place)
    return { place, parkedKeys: new Set(this.parked.filter(one => one.source === source).map(one => one.fact.key)) }
  }

  isParked(source: string, key: string): boolean {
    return this.parked.some(one => one.source === source && one.fact.key === key)
  }

  /** @param isBehind what was looked up before the lock, for the bug that does so */
  take(
    source: string,
    from: Place,
    to: Place,
    fact: Applied,
    poison: boolean,
    isBehind: boolean,
  ): 'moved' | 'applied' | 'parked' {
    const place = this.places.get(source)!
    const isOurs = place.epoch === from.epoch && place.last === from.last
    if (!isOurs && this.#rules.place === 'compare-and-set') return 'moved'
    this.places.set(source, to)
    if (!poison && !isBehind) {
      this.applied.push(fact)
      return 'applied'
    }
    this.parked.push({
      source,
      fact,
      epoch: to.epoch,
      seq: to.last,
      cause: isBehind ? behindCause : 'poison',
      requested: null,
    })
    return 'parked'
  }

  request(isWanted: (fact: Applied) => boolean): void {
    for (const one of this.parked) if (one.cause !== behindCause && isWanted(one.fact)) one.requested = 'redrive'
  }

  /** One redrive of a key that somebody asked for; false when there is none. */
  redrive(isPoison: (fact: Applied) => boolean): boolean {
    const asked = this.parked.find(one => one.requested !== null)
    if (!asked) return false
    const ofKey = this.parked.filter(one => one.source === asked.source && one.fact.key === asked.fact.key)
    const step = nextOfKey(ofKey)
    if (step.do === 'wait') return false
    const row = ofKey[step.index]!
    if (isPoison(row.fact)) {
      row.requested = null
      row.cause = 'poison'
      return true
    }
    this.applied.push(row.fact)
    this.parked = this.parked.filter(one => one !== row)
    const rest = ofKey.filter(one => one !== row)
    const next = followsByItself(rest)
    if (next !== null) rest[next]!.requested = 'redrive'
    return true
  }
}
