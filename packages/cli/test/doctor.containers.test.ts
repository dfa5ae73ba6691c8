import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createBus } from '@haven/bus'
import { aclsOf, kafkaUserOf, ownNames, serviceNames, topics } from '@haven/contracts'
import { testLog } from '@haven/testkit'
import { type SecuredKafka, securedKafka } from '@haven/testkit/secured-kafka'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { haven } from './haven.ts'

const nowhere = mkdtempSync(join(tmpdir(), 'haven-doctor-kafka-'))
const areas = ['topics', 'rights on Kafka', 'certificates']
let kafka: SecuredKafka
beforeAll(async () => {
  kafka = await securedKafka(serviceNames.map(kafkaUserOf))
})
afterAll(async () => {
  await kafka?.stop()
  rmSync(nowhere, { recursive: true })
})

const settings = (user = 'haven-admin', brokers = kafka.brokers) => {
  const { ca, sasl } = kafka.as(user)
  return {
    HAVEN_STATE_DIR: nowhere,
    HAVEN_KAFKA_BROKERS: brokers.join(','),
    HAVEN_KAFKA_CA: ca,
    HAVEN_KAFKA_USERNAME: user,
    HAVEN_KAFKA_PASSWORD: sasl.password,
  }
}

async function doctor(...given: Parameters<typeof settings>) {
  const { out } = await haven(settings(...given), 'doctor', '--json')
  const findings: { area: string; mark: string; says: string; remedy?: string }[] = JSON.parse(out)
  return findings.filter(({ area }) => areas.includes(area))
}

async function onBus(work: (bus: ReturnType<typeof createBus>) => Promise<unknown>): Promise<void> {
  const security = kafka.as('haven-admin')
  const bus = createBus({ brokers: kafka.brokers, clientId: 'doctor-test', security, log: testLog() })
  await work(bus).finally(() => bus.close())
}

describe('the doctor beside a Kafka with TLS, logins and an authorizer', { timeout: 60_000 }, () => {
  test('names every topic and right that is missing, until haven topics apply has run', async () => {
    const wrong = (await doctor()).filter(({ mark }) => mark === 'wrong')
    expect(wrong.filter(({ area }) => area === 'topics')).toHaveLength(topics.length)
    expect(wrong.filter(({ area }) => area === 'rights on Kafka')).toHaveLength(aclsOf().length)
    for (const { remedy } of wrong) expect(remedy).toContain('haven topics apply')
    expect((await haven(settings(), 'topics', 'apply')).code).toBe(0)
    expect((await doctor()).map(({ mark }) => mark)).toEqual(['fine', 'fine', 'fine', 'fine'])
  })

  test('names what was changed by hand, and all is fine when it was applied again', async () => {
    const [changed] = topics
    const access = topics.find(({ name }) => name === 'haven.intake.access')!
    const [taken, ...rights] = aclsOf()
    const stray = { user: 'partner-liman', may: 'write', on: 'topic', name: 'haven.intake.case' } as const
    await onBus(async bus => {
      await bus.applyTopics([{ ...changed!, retentionMs: 86_400_000 }])
      await bus.applyTopics([{ ...access, partitions: 2 }], [access.name])
      await bus.applyAcls([...rights, stray], { ownNames, applicant: 'haven-admin' })
    })
    const wrong = (await doctor()).filter(({ mark }) => mark === 'wrong')
    expect(wrong).toMatchObject([
      { says: `the topic ${changed!.name} keeps records for 1 days instead of for 14 days` },
      {
        says: 'the topic haven.intake.access has 2 partitions instead of 1',
        remedy: expect.stringContaining('--recreate'),
      },
      { says: `missing: User:${taken!.user} may ${taken!.may} topic ${taken!.name}` },
      { says: 'not meant to be: User:partner-liman may write topic haven.intake.case' },
    ])
    expect((await haven(settings(), 'topics', 'apply', '--recreate', 'haven.intake.access')).code).toBe(0)
    expect((await doctor()).filter(({ mark }) => mark !== 'fine')).toEqual([])
  })

  test('says that rights are the administrator’s to see', async () => {
    const found = await doctor('haven-intake')
    expect(found.find(({ area }) => area === 'rights on Kafka')).toMatchObject({ mark: 'unseen' })
  })

  test('called by another host name, says so of the certificate', async () => {
    const found = await doctor('haven-admin', kafka.otherName)
    const certificate = found.filter(({ area, mark }) => area === 'certificates' && mark === 'wrong')
    expect(certificate).toMatchObject([{ says: expect.stringContaining('is for another host name') }])
  })
})
