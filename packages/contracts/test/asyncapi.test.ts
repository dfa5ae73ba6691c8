import { describe, expect, test } from 'vitest'
import { asyncApi, eventTypes, factTopicsOf, serviceNames } from '../src/index.ts'

interface Document {
  channels: Record<string, { address: string; messages: Record<string, unknown> }>
  operations: Record<string, { action: string; channel: { $ref: string } }>
  components: { messages: Record<string, { payload: object }> }
}
const documentOf = (service: (typeof serviceNames)[number]) => JSON.parse(JSON.stringify(asyncApi(service))) as Document

const references = (node: unknown): string[] => {
  if (node === null || typeof node !== 'object') return []
  return Object.entries(node).flatMap(([name, value]) => (name === '$ref' ? [value as string] : references(value)))
}

describe.each(serviceNames)('the AsyncAPI document of %s', service => {
  const document = documentOf(service)

  test('every reference leads somewhere', () => {
    for (const reference of references(document)) {
      const found = reference
        .slice(2)
        .split('/')
        .reduce<unknown>((node, step) => (node as Record<string, unknown>)?.[step], document)
      expect(found, reference).toBeDefined()
    }
  })

  test('every fact of the service stands under a topic that it sends', () => {
    for (const topic of factTopicsOf(service)) expect(document.operations[`send ${topic.name}`]?.action).toBe('send')
    const own = eventTypes.filter(event => event.owner === service)
    for (const event of own) {
      expect(document.channels[event.topic]?.messages).toHaveProperty([event.type])
      expect(document.components.messages[event.type]?.payload).toEqual(JSON.parse(JSON.stringify(event.schema)))
    }
  })

  test('nobody else writes to a topic of the service', () => {
    for (const other of serviceNames.filter(name => name !== service)) {
      for (const topic of factTopicsOf(service))
        expect(documentOf(other).operations).not.toHaveProperty([`send ${topic.name}`])
    }
  })
})

test('the gateway follows what intake says of its receipts and referrals', () => {
  expect(Object.keys(documentOf('gateway').operations).filter(name => name.startsWith('receive'))).toEqual([
    'receive haven.intake.referral',
    'receive haven.intake.inbound',
    'receive haven.resend',
  ])
})
