import { type CloudEvent, limits, partnerEventTypes } from '@haven/contracts'
import { pointersOf } from '@haven/problem'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { firstOfEach, isCandidate, judge, judgeBatch } from '../src/domain/batch.ts'
import { readStructured } from '../src/domain/reading.ts'
import { compileSchemas } from '../src/domain/schemas.ts'

const schemas = compileSchemas(partnerEventTypes, pointersOf)
const sample = partnerEventTypes[0]!.sample
const partner = {
  id: '0193c1f2-0000-7000-8000-000000000001',
  organisation: 'harbour-house',
  sources: ['urn:partner:harbour-house'],
  referringOrganisations: ['*'],
}
const judged = (event: unknown) => judge(readStructured(event, schemas), partner)

describe('judging', () => {
  test.each([
    [{ id: 17 }, 'validation-failed', '/id'],
    [{ type: 'unknown' }, 'event-type-unknown', '/type'],
    [{ source: 'urn:partner:other' }, 'source-not-registered', '/source'],
  ])('%j is answered by %s at %s', (change, code, pointer) => {
    expect(judged({ ...sample, ...change })).toMatchObject({ code, errors: [{ pointer }] })
  })

  test('an event as large as a body may be is too large for a batch as well', () => {
    const extensions = Object.fromEntries(Array.from({ length: 24 }, (_, at) => [`ext${at}`, '€'.repeat(1_024)]))
    expect(judged({ ...sample, ...extensions })).toMatchObject({ code: 'body-too-large' })
    expect(new TextEncoder().encode(JSON.stringify(extensions)).length).toBeGreaterThan(limits.bodyBytes)
  })

  test('pointers of a batch begin with the index of the event', () => {
    const judgements = judgeBatch([sample, { ...sample, id: 17 }, 'no event'], partner, schemas)
    expect(judgements.map(isCandidate)).toEqual([true, false, false])
    expect(judgements.slice(1)).toMatchObject([{ errors: [{ pointer: '/1/id' }] }, { errors: [{ pointer: '/2' }] }])
  })
})

test('of each identity the first event is written, and the order of acceptance is the order of the batch', () => {
  const events = fc.array(
    fc.record({ identity: fc.constantFrom('a', 'b', 'c', 'd'), event: fc.constant<CloudEvent>(sample) }),
  )
  fc.assert(
    fc.property(events, batch => {
      const numbered = batch.map((item, index) => ({ ...item, index }))
      const firsts = firstOfEach(numbered)
      expect(firsts.map(({ identity }) => identity)).toEqual([...new Set(batch.map(({ identity }) => identity))])
      for (const { identity, index } of firsts) expect(batch.findIndex(item => item.identity === identity)).toBe(index)
    }),
  )
})
