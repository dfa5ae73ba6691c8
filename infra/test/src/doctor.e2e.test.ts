import { chmodSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { onDatabase } from './recorded.ts'
import { startSystem } from './start-system.ts'
import { eventually } from './system.ts'

interface Finding {
  area: string
  mark: string
  says: string
  remedy?: string
}

const system = startSystem()
beforeAll(() => system.ready())
afterAll(() => system.close())

async function doctor(): Promise<{ code: number; wrong: Finding[]; findings: Finding[] }> {
  const { code, stdout } = await system.doctor('--json')
  const findings: Finding[] = JSON.parse(stdout)
  return { code, findings, wrong: findings.filter(({ mark }) => mark !== 'fine') }
}

test('where all is well it says so, in every area', async () => {
  const { body } = await system.call('gateway', 'partner', 'GET', '/event-types/haven.partner.referral.submitted.v1')
  const event = { headers: { 'content-type': 'application/cloudevents+json' }, body: JSON.stringify(body.sample) }
  expect((await system.call('gateway', 'partner', 'POST', '/events', event)).status).toBe(202)
  // A second entry, for a chain to be cut between the two.
  expect((await system.call('gateway', 'partner', 'GET', '/receipts')).status).toBe(200)
  const { code, findings } = await eventually('all is fine', async () => {
    const found = await doctor()
    return found.code === 0 && found
  })
  expect(code).toBe(0)
  const areas = [
    'services',
    'migrations',
    'topics',
    'rights on Kafka',
    'lag',
    'parked events',
    'access record',
    'keys',
    'clocks',
    'certificates',
    'disk',
  ]
  expect([...new Set(findings.map(({ area }) => area))]).toEqual(areas)
  expect(findings.find(({ says }) => says.startsWith('the chain of gateway'))?.says).toMatch(
    /whole in its last \d+ of \d+/,
  )
})

test('a pending migration, a lost and an open key file, a parked event and a chain that was cut are named with their remedies', async () => {
  const mend = await breakThings()
  try {
    const { code, wrong } = await doctor()
    expect(code).toBe(1)
    const said = (words: string) => wrong.find(({ says }) => says.includes(words))?.remedy ?? `nobody said ${words}`
    expect(said('intake lacks intake/')).toContain('haven migrate intake')
    expect(said('identity.json is missing')).toContain('backup')
    expect(said('kek.json is open')).toContain('chmod 400')
    expect(said('intake has parked 1 event')).toContain('haven parked list')
    expect(said('the chain of gateway breaks')).toContain('Keep everything as it is')
  } finally {
    await mend()
  }
})

test('with Kafka away the rest is still seen', async () => {
  const still = await system.standStill('kafka')
  try {
    const { code, findings, wrong } = await doctor()
    expect(code).toBe(1)
    expect(wrong.map(({ area }) => area)).toEqual(expect.arrayContaining(['services', 'topics', 'clocks']))
    expect(wrong.find(({ area }) => area === 'topics')?.says).toMatch(/^topics could not be looked at: /)
    expect(findings).toContainEqual(expect.objectContaining({ area: 'keys', mark: 'fine' }))
  } finally {
    await still.goOn()
  }
})

/** Breaks one thing of each kind. Answers how to mend them. */
async function breakThings(): Promise<() => Promise<void>> {
  const [identity, kek] = ['identity.json', 'kek.json'].map(name => join(system.keysDirectory, name))
  const cut = "where producer like 'gateway/%' and seq = (select max(seq) from record.leaf)"
  renameSync(identity!, `${identity}.lost`)
  chmodSync(kek!, 0o640)
  const migration = await onDatabase(system, 'intake', async client => {
    await client.query(`insert into stream.parked (consumer, service, epoch, topic, part, seq, fact_id, key, type, cause, headers)
      values ('inbound', 'gateway', 1, 'haven.partner.inbound', 0, 1, gen_random_uuid(), 'k', 'broken', 'ciphertext-invalid', '{}')`)
    const { rows } = await client.query<{ row: object }>(
      "delete from migration.applied where source = 'intake' and name = (select max(name) from migration.applied where source = 'intake') returning to_jsonb(applied) as row",
    )
    return rows[0]!.row
  })
  const prev = await onDatabase(system, 'gateway', async client => {
    const { rows } = await client.query<{ prev: Buffer }>(`select prev from record.leaf ${cut}`)
    await client.query(`update record.leaf set prev = sha256('other') ${cut}`)
    return rows[0]!.prev
  })
  return async () => {
    renameSync(`${identity}.lost`, identity!)
    chmodSync(kek!, 0o400)
    await onDatabase(system, 'intake', async client => {
      await client.query("delete from stream.parked where type = 'broken'")
      await client.query(
        'insert into migration.applied select * from jsonb_populate_record(null::migration.applied, $1)',
        [migration],
      )
    })
    await onDatabase(system, 'gateway', client => client.query(`update record.leaf set prev = $1 ${cut}`, [prev]))
  }
}
