import { accessTopicOf, aclsOf, kafkaUserOf, serviceNames, topics } from '@haven/contracts'
import { type SecuredKafka, securedKafka } from '@haven/testkit/secured-kafka'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { AclSpecification, Bus } from '../src/index.ts'
import { createBuses, record, until } from './conformance/broker.ts'
import { busConformance } from './conformance/index.ts'

const scope = { ownNames: 'haven.', applicant: 'haven-admin' }
const partner = 'partner-liman'
const pause = (ms: number) => new Promise(resolve => setTimeout(resolve, ms))

let kafka: SecuredKafka
beforeAll(async () => {
  kafka = await securedKafka([...serviceNames.map(kafkaUserOf), partner])
})
afterAll(() => kafka?.stop())

busConformance('apache/kafka:4.1.0 with TLS, logins and an authorizer', async () => ({
  brokers: kafka.brokers,
  security: kafka.as('haven-admin'),
  stop: async () => {},
}))

describe('rights on Kafka', () => {
  const buses = createBuses(() => ({ brokers: kafka.brokers, security: kafka.as('haven-admin') }))
  const as = (user: string, prefix = ''): Bus => buses.make({ prefix, security: kafka.as(user) })
  let admin: Bus
  beforeAll(async () => {
    admin = as('haven-admin')
    await admin.applyTopics(topics)
    await admin.applyAcls(aclsOf(), scope)
  })
  afterAll(() => buses.close())

  async function write(bus: Bus, topic: string, partition = 0): Promise<string> {
    const publisher = await bus.connectPublisher()
    return publisher.send([{ topic, partition, records: [record('x')] }]).then(
      () => 'written',
      error => error.code,
    )
  }

  async function join(bus: Bus, group: string, topic: string): Promise<string> {
    const subscription = await bus.subscribe({ group, topics: [topic], onBatch: async () => {} })
    const answer = () => Promise.race([subscription.ready().then(() => 'joined'), pause(200).then(() => 'waiting')])
    await expect.poll(() => answer().catch(error => error.code), { timeout: 15_000 }).not.toBe('waiting')
    const said = await answer().catch(error => error.code)
    await subscription.stop()
    return said
  }

  test('applied again everything is kept', async () => {
    expect(await admin.applyAcls(aclsOf(), scope)).toMatchObject({ created: [], removed: [] })
  })

  test('a topic is written by its owner, and by no other service', async () => {
    const gateway = as('haven-gateway')
    const intake = as('haven-intake')
    expect(await write(gateway, 'haven.partner.inbound')).toBe('written')
    expect(await write(intake, 'haven.intake.case')).toBe('written')
    expect(await write(gateway, 'haven.intake.case')).toBe('forbidden')
    expect(await write(intake, 'haven.partner.inbound')).toBe('forbidden')
    for (const { name, owner } of topics.filter(each => each.owner !== 'shared'))
      expect(await write(as('haven-audit'), name), name).toBe(owner === 'audit' ? 'written' : 'forbidden')
  })

  test('access entries of a service are written by it alone, and read by it and by audit', async () => {
    for (const service of serviceNames)
      for (const owner of serviceNames) {
        const [bus, topic] = [as(kafkaUserOf(service)), accessTopicOf(owner)]
        expect(await write(bus, topic), `${service} writes ${topic}`).toBe(service === owner ? 'written' : 'forbidden')
        const read = await bus.lastRecord(topic, 0).then(
          () => 'read',
          error => error.code,
        )
        const mayRead = service === owner || service === 'audit'
        expect(read, `${service} reads ${topic}`).toBe(mayRead ? 'read' : 'forbidden')
      }
  })

  test('asks are written by every service', async () => {
    for (const service of serviceNames) expect(await write(as(kafkaUserOf(service)), 'haven.resend')).toBe('written')
  })

  test('a topic is followed in one’s own groups alone, by who follows it', async () => {
    expect(await join(as('haven-intake'), 'haven.intake.inbound', 'haven.partner.inbound')).toBe('joined')
    expect(await join(as('haven-intake'), 'haven.gateway.receipts', 'haven.partner.inbound')).toBe('forbidden')
    expect(await join(as('haven-audit'), 'haven.audit.x', 'haven.partner.inbound')).toBe('forbidden')
    await expect(as('haven-gateway').lastRecord('haven.intake.case', 0)).rejects.toMatchObject({ code: 'forbidden' })
  })

  test('a partner’s user, who may sign in, reads, writes and makes nothing', async () => {
    const bus = as(partner)
    await bus.ping()
    for (const { name } of topics) {
      expect(await write(bus, name), name).toBe('forbidden')
      await expect(bus.ends(name), name).rejects.toMatchObject({ code: 'forbidden' })
    }
    expect(await join(bus, `haven.${partner}.x`, 'haven.partner.inbound')).toBe('forbidden')
    const made = bus.applyTopics([{ name: 'partner.own', partitions: 1, retentionMs: 1000 }])
    await expect(made).rejects.toMatchObject({ code: 'forbidden' })
    await expect(bus.applyAcls(aclsOf(), { ...scope, applicant: partner })).rejects.toMatchObject({ code: 'forbidden' })
  })

  test.each(['nobody', 'haven-gateway'])(
    '%s with a wrong password is not let in, and the password is not told',
    async user => {
      const bus = buses.make({ security: { ...kafka.as(user), sasl: { username: user, password: 'wr0ng-secret' } } })
      const refused = {
        code: 'login-refused',
        transient: false,
        message: expect.stringContaining('HAVEN_KAFKA_PASSWORD'),
      }
      await expect(bus.connectPublisher()).rejects.toMatchObject(refused)
      await expect(bus.ping()).rejects.toMatchObject(refused)
      expect(await join(bus, 'haven.gateway.x', 'haven.intake.inbound')).toBe('login-refused')
      expect(JSON.stringify(buses.lines)).not.toContain('wr0ng-secret')
    },
  )

  test('a broker that another authority vouches for, or of another name, is told no password', async () => {
    const others = [
      buses.make({ security: { ...kafka.as('haven-gateway'), ca: kafka.otherAuthority } }),
      buses.make({ brokers: kafka.otherName, security: kafka.as('haven-gateway') }),
    ]
    for (const bus of others) {
      const refused = { code: 'untrusted', transient: false, message: expect.stringContaining('HAVEN_KAFKA_CA_FILE') }
      await expect(bus.connectPublisher()).rejects.toMatchObject(refused)
      await expect(bus.ping()).rejects.toMatchObject(refused)
    }
  })

  test('plain text gets no answer', async () => {
    const { security: _, ...plain } = { security: undefined }
    const bus = createBuses(() => ({ brokers: kafka.brokers })).make(plain)
    await expect(bus.connectPublisher()).rejects.toMatchObject({ code: 'unavailable' })
    await bus.close()
  })

  test('what somebody else was given on an own topic is taken away and said', async () => {
    const stray: AclSpecification = { user: partner, may: 'write', on: 'topic', name: 'haven.intake.case' }
    await admin.applyAcls([...aclsOf(), stray], scope)
    await expect.poll(() => write(as(partner), 'haven.intake.case')).toBe('written')
    expect((await admin.applyAcls(aclsOf(), scope)).removed).toEqual([
      `User:${partner} may write topic haven.intake.case`,
    ])
    await expect.poll(() => write(as(partner), 'haven.intake.case')).toBe('forbidden')
  })

  test('what reaches own names from outside is not ours to take away, and is an error that names it', async () => {
    const wide: AclSpecification = { user: partner, may: 'read', on: 'groups', name: 'hav' }
    await admin.applyAcls([...aclsOf(), wide], scope)
    await expect(admin.applyAcls(aclsOf(), scope)).rejects.toMatchObject({
      code: 'acls-differ',
      message: expect.stringContaining(`User:${partner} may read group hav*`),
    })
    const foreign = [expect.stringContaining(`User:${partner} may read group hav*`)]
    expect(await admin.compareAcls(aclsOf(), scope)).toEqual({ missing: [], surplus: [], foreign })
    await admin.applyAcls(aclsOf(), { ...scope, ownNames: 'hav' })
    expect(await admin.applyAcls(aclsOf(), scope)).toMatchObject({ created: [], removed: [] })
  })

  test('a service that loses its rights goes on, shows it, and goes on working when they are back', async () => {
    const bus = as('haven-intake')
    const others = aclsOf().filter(({ user }) => user !== 'haven-intake')
    const got: string[] = []
    const subscription = await bus.subscribe({
      group: 'haven.intake.lost',
      topics: ['haven.partner.inbound'],
      fromBeginning: false,
      onBatch: async records => void got.push(...records.map(each => String(each.value))),
    })
    await subscription.ready()
    const publisher = await bus.connectPublisher()
    const send = () => publisher.send([{ topic: 'haven.intake.case', partition: 0, records: [record('x')] }])
    await send()
    await bus.ping()
    // The user has to be named for its rights to be judged: one of them stays.
    const one: AclSpecification = { user: 'haven-intake', may: 'write', on: 'topic', name: 'haven.intake.referral' }
    await admin.applyAcls([...others, one], scope)
    await expect.poll(() => send().catch(error => error.code)).toBe('forbidden')
    await until('the subscription to be kept out', () => buses.lines.some(isKeptOut))
    await expect(subscription.ready()).rejects.toMatchObject({ code: 'forbidden' })
    await expect(bus.ping()).rejects.toMatchObject({
      code: 'forbidden',
      message: expect.stringContaining('haven topics apply'),
    })
    await pause(6_000)
    expect(buses.lines.filter(isKeptOut)).toHaveLength(1)

    await admin.applyAcls(aclsOf(), scope)
    await expect.poll(() => send().catch(error => error.code)).toBeUndefined()
    await expect.poll(() => bus.ping().catch(error => error.code), { timeout: 15_000 }).toBeUndefined()
    expect(await write(as('haven-gateway'), 'haven.partner.inbound')).toBe('written')
    await until('a record after that', () => got.length > 0)
  }, 60_000)

  const isKeptOut = ({ level, context, message }: { level: string; context: object; message: string }): boolean =>
    level === 'error' &&
    message.includes('kept from reading') &&
    'group' in context &&
    context.group === 'haven.intake.lost'
})
