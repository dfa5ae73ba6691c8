import { partitionOf } from '@haven/contracts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { NewFact } from '../types.ts'
import { maxKeyBytes } from '../wire/envelope.ts'
import { derivedId } from './derived-id.ts'
import { emitStatement, factParameters, factValues, maxFactBytes } from './emit-statement.ts'
import { writeFacts } from './write-facts.ts'

const fact: NewFact = {
  topic: 'haven.intake.case',
  key: 'case-1',
  type: 'haven.intake.case.opened.v1',
  subject: 'case-1',
  organisation: 'org-1',
  data: { case: 'case-1' },
  time: new Date(0),
}

describe('the statement that writes facts', () => {
  it('is one, with one array for each column, whatever the number of facts', () => {
    const one = emitStatement([fact])
    const many = emitStatement([fact, fact, fact])
    expect(one.text).toBe(many.text)
    expect(many.values).toHaveLength(factParameters)
    for (const column of many.values) expect(column).toHaveLength(3)
    expect(one.text).toContain(`$${factParameters}::`)
    expect(one.text).not.toContain(`$${factParameters + 1}`)
  })

  it('puts a fact into the partition of its key and gives it an id', () => {
    const [ids, topics, partitions] = factValues([fact, { ...fact, id: 'given' }]) as unknown[][]
    expect(ids![0]).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/)
    expect(ids![1]).toBe('given')
    expect(topics).toEqual(['haven.intake.case', 'haven.intake.case'])
    expect(partitions![0]).toBe(partitionOf('case-1', 6))
  })

  it('refuses a topic that nobody declares, data that Kafka would not take and a key that could not be parked', () => {
    expect(() => emitStatement([{ ...fact, topic: 'haven.nobody' }])).toThrow('no topic haven.nobody')
    expect(() => emitStatement([{ ...fact, data: { text: 'x'.repeat(maxFactBytes) } }])).toThrow(RangeError)
    expect(() => emitStatement([{ ...fact, key: 'x'.repeat(maxKeyBytes + 1) }])).toThrow(RangeError)
  })

  it('is executed with no facts too, so that a transaction that has failed cannot end well', async () => {
    const executed: string[] = []
    const tx = { $executeRawUnsafe: async (sql: string) => executed.push(sql) }
    await writeFacts(tx, [])
    expect(executed).toEqual(['select 1'])
  })
})

describe('a derived id', () => {
  it('is the same for the same cause and label, for ever', () => {
    expect(derivedId('00000000-0000-7000-8000-000000000001', 'held')).toBe('747d9f3e-54b9-8199-8113-031626fb46dd')
  })

  it('is a uuid of version 8, and differs where cause and label only together look alike', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), (a, b, c) => {
        expect(derivedId(a, b)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
        if (b !== '') expect(derivedId(a + b, c)).not.toBe(derivedId(a, b + c))
      }),
    )
  })
})
