import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { CloudEventEnvelope, canonicalBytes, ReferralSubmittedData } from '@haven/contracts'
import { Value } from 'typebox/value'
import { describe, expect, test } from 'vitest'
import { eventsOf, type NrmEvent } from './events.ts'
import type { Quarter } from './quarter.ts'
import { readCells } from './read-cells.ts'
import type { Cell } from './row.ts'

const published = join(import.meta.dirname, '../../data/nrm_referrals_ngo_2023_q4.csv')
const quarter: Quarter = { year: 2023, quarter: 4 }

async function publishedEvents(): Promise<NrmEvent[]> {
  const events: NrmEvent[] = []
  for await (const cell of readCells(published)) events.push(...eventsOf(cell, quarter))
  return events
}

const cell: Cell = {
  row: 2,
  labels: ['Police', 'Kent Police', 'Labour', 'Adult (18 or over)', 'Male', 'Albanian'],
  responder: 'Kent Police',
  source: 'police',
  exploitation: ['ForcedLabour'],
  ageGroup: 'adult',
  gender: 'Masculine',
  citizenship: ['AL'],
  people: 3,
}
const identity = ({ event }: NrmEvent) => {
  const { firstName, secondName, birthdate } = event.data!.person
  return `${firstName} ${secondName} ${birthdate}`.toLowerCase()
}

describe('the published file', () => {
  test('is 221 referrals, by responder as published', async () => {
    const counts = Map.groupBy(await publishedEvents(), ({ responder }) => responder)
    expect([...counts].map(([responder, events]) => [responder, events.length])).toEqual([
      ["Barnardo's", 12],
      ['BAWSO', 5],
      ['Kalayaan', 10],
      ['Medaille Trust', 12],
      ['Migrant Help', 80],
      ['The Salvation Army', 98],
      ['Trafficking Awareness Raising Alliance TARA', 4],
    ])
  })

  test('gives events that the gateway takes', async () => {
    for (const { event } of await publishedEvents()) {
      expect([...Value.Errors(CloudEventEnvelope, event)]).toEqual([])
      expect([...Value.Errors(ReferralSubmittedData, event.data)]).toEqual([])
    }
  })

  test('gives the same bytes for ever: a change here would post every imported file again as other people', async () => {
    const hash = createHash('sha256')
    for (const { event } of await publishedEvents()) hash.update(canonicalBytes(event))
    expect(hash.digest('hex')).toBe('7c66c5f81c99544b481a1271d1b960b8cccfc7d20e46079647a26002f4d1b0de')
    const [first] = await publishedEvents()
    expect(first!.event.id).toBe('nrm-2023-q4-49f42015869392ab1935-1')
    expect(first!.event.data!.person).toEqual({
      firstName: 'Zahin',
      secondName: 'Haddotif-Hakonissi',
      birthdate: '1972-02-11',
      gender: 'Masculine',
      citizenship: ['DZ'],
    })
  })
})

describe('events of a cell', () => {
  test('have one id a person, and a whole cell keeps its ids when a later count is larger', () => {
    const three = [...eventsOf(cell, quarter)]
    expect(new Set(three.map(({ event }) => event.id)).size).toBe(3)
    expect([...eventsOf({ ...cell, people: 5 }, quarter)].slice(0, 3)).toEqual(three)
  })

  test('do not depend on the row: a file in another order is the same referrals', () => {
    expect([...eventsOf({ ...cell, row: 99 }, quarter)]).toEqual([...eventsOf(cell, quarter)])
  })

  test('lie in their quarter', () => {
    for (const q of [1, 2, 3, 4] as const) {
      for (const { event } of eventsOf({ ...cell, people: 200 }, { year: 2024, quarter: q })) {
        const month = Number(event.time!.slice(5, 7))
        expect(event.time!.startsWith('2024-') && Math.ceil(month / 3) === q).toBe(true)
      }
    }
  })

  test('an unknown exploitation and a stateless person are left out and not invented', () => {
    const [{ event }] = [...eventsOf({ ...cell, exploitation: [], citizenship: [] }, quarter)] as [NrmEvent]
    expect(event.data!.victim).not.toHaveProperty('typeOfExploitation')
    expect(event.data!.person).not.toHaveProperty('citizenship')
  })

  test('no two people are alike over years of quarters, responders and cells', () => {
    const people: string[] = []
    const ids: string[] = []
    for (let year = 2015; year < 2030; year++) {
      for (const q of [1, 2, 3, 4] as const) {
        for (const responder of ['Kent Police', 'Essex Police', 'Migrant Help']) {
          for (const label of ['Labour', 'Criminal']) {
            const labels = cell.labels.with(1, responder).with(2, label)
            for (const made of eventsOf({ ...cell, labels, ageGroup: 'child', people: 80 }, { year, quarter: q })) {
              people.push(identity(made))
              ids.push(made.event.id)
            }
          }
        }
      }
    }
    expect(new Set(ids).size).toBe(28_800)
    expect(new Set(people).size).toBe(28_800)
  })
})
