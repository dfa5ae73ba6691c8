import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { intake } from './harness.ts'

let world: Awaited<ReturnType<typeof intake>>
beforeAll(async () => {
  world = await intake()
})
afterAll(() => world.close())
beforeEach(() => world.wipe())

const base = {
  firstName: 'Şükrü İpek',
  secondName: 'Örnek',
  birthdate: '1990-01-02',
  identityNumber: 'AB 123-456',
  mobilePhone: '+905550000001',
  email: 'ipek@invented.example',
}
const stranger = { firstName: 'Other', secondName: 'Person', birthdate: '1999-09-09' }

const kindsOf = async (person: Partial<typeof base>): Promise<string[][]> => {
  await world.refer({ data: { person: base } })
  await world.refer({ data: { person } })
  const flags = await world.deps.store.possibleDuplicate.findMany()
  return flags.map(({ kinds }) => kinds)
}
const twice = (kind: string) => [[kind], [kind]]

describe('possibly the same person', () => {
  test.each([
    [
      'name and birthdate in another spelling',
      { firstName: 'SUKRU IPEK', secondName: 'ornek', birthdate: '1990-01-02' },
      'nameAndBirthdate',
    ],
    ['identity number with other separators', { ...stranger, identityNumber: 'ab123456' }, 'identityNumber'],
    ['mobile phone', { ...stranger, mobilePhone: '+905550000001' }, 'mobilePhone'],
    ['e-mail in another case', { ...stranger, email: 'Ipek@Invented.Example' }, 'email'],
  ])('%s', async (_name, person, kind) => {
    expect(await kindsOf(person)).toEqual(twice(kind))
  })
})

describe('not taken for the same person', () => {
  test.each([
    ['another birthdate', { firstName: base.firstName, secondName: base.secondName, birthdate: '1990-01-03' }],
    ['another name', { firstName: 'Sevgi', secondName: base.secondName, birthdate: base.birthdate }],
    ['no birthdate', { firstName: base.firstName, secondName: base.secondName }],
    ['nothing known', {}],
  ])('%s', async (_name, person) => {
    expect(await kindsOf(person)).toEqual([])
  })

  test('people of whom nothing is known are not all one person', async () => {
    await world.refer({ data: { person: {} } })
    await world.refer({ data: { person: {} } })
    expect(await world.deps.store.possibleDuplicate.findMany()).toEqual([])
  })
})

test("a hotline's own number given for everyone flags each of them, and a new one adds at most 100 flags either way", async () => {
  const person = { ...stranger, mobilePhone: '+905550000157' }
  for (let index = 0; index < 103; index++)
    await world.refer({ data: { person: { ...person, firstName: `Person ${index}` } } })
  const before = await world.deps.store.possibleDuplicate.count()
  await world.refer({ data: { person: { ...person, firstName: 'One more' } } })
  expect((await world.deps.store.possibleDuplicate.count()) - before).toBe(200)
  expect((await world.deps.store.possibleDuplicate.groupBy({ by: ['personId'] })).length).toBe(104)
}, 120_000)
