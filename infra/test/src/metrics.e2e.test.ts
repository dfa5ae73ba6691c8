import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ServiceName } from '@haven/contracts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startSystem } from './start-system.ts'
import { eventually } from './system.ts'

const services: ServiceName[] = ['gateway', 'intake', 'audit']

interface Shown {
  type: string
  labels: Set<string>
  /** The sum over all series; of a histogram its count. */
  total: number
}

/** Prometheus' text format, as far as the services write it. */
function read(text: string): Map<string, Shown> {
  const shown = new Map<string, Shown>()
  for (const line of text.split('\n')) {
    const declared = /^# TYPE (\S+) (\S+)$/.exec(line)
    if (declared) shown.set(declared[1]!, { type: declared[2]!, labels: new Set(), total: 0 })
    const sample = /^([a-z0-9_]+)(?:\{(.*)\})? (\S+)$/.exec(line)
    if (!sample) continue
    const [, name, labels = '', value] = sample
    const base = shown.has(name!) ? name! : name!.replace(/_(count|sum|bucket)$/, '')
    const one = shown.get(base)!
    for (const [, label] of labels.matchAll(/([a-z0-9_]+)="/g)) if (label !== 'le') one.labels.add(label!)
    if (base === name || name === `${base}_count`) one.total += Number(value)
  }
  return shown
}

/** The rows of the first table of docs/metrics.md. */
function documented(): Map<string, { type: string; labels: string[] }> {
  const text = readFileSync(join(import.meta.dirname, '../../../docs/metrics.md'), 'utf8')
  const [first] = text.split('## What to alert on')
  const rows = [...first!.matchAll(/^\| `([a-z0-9_]+)` \| (\w+) \| ([^|]*)\|/gm)]
  return new Map(
    rows.map(([, name, type, labels]) => [
      name!,
      { type: type!, labels: [...labels!.matchAll(/`([a-z_]+)`/g)].map(match => match[1]!).sort() },
    ]),
  )
}

describe('metrics', () => {
  const system = startSystem()
  const before = new Map<ServiceName, Map<string, Shown>>()
  beforeAll(async () => {
    await system.ready()
    for (const service of services) before.set(service, await scrape(service))
    const { body: types } = await system.call('gateway', 'partner', 'GET', '/event-types')
    const { sample } = types.items[0]
    const posted: string[] = []
    for (let n = 0; n < 5; n++) {
      const event = { ...sample, id: randomUUID(), data: { ...sample.data, reference: `metrics/${n}` } }
      const headers = { 'content-type': 'application/cloudevents+json' }
      const { body } = await system.call('gateway', 'partner', 'POST', '/events', {
        headers,
        body: JSON.stringify(event),
      })
      posted.push(body.id)
    }
    await eventually('all receipts have ended', async () => {
      const receipts = await system.all('gateway', 'partner', '/receipts')
      return receipts.filter(({ id }) => posted.includes(id)).every(({ state }) => state === 'applied')
    })
  })
  afterAll(() => system.close())

  const scrape = async (service: ServiceName): Promise<Map<string, Shown>> =>
    read(await (await fetch(`${system.run.services[service].url}/metrics`)).text())

  test('are those of docs/metrics.md, by name, type and labels', async () => {
    await eventually(
      'the reads are appended',
      async () => (await scrape('audit')).get('haven_sequencer_appended_total')!.total > 5,
    )
    const shown = new Map<string, { type: string; labels: string[] }>()
    for (const service of services)
      for (const [name, { type, labels }] of await scrape(service))
        shown.set(name, { type, labels: [...new Set([...(shown.get(name)?.labels ?? []), ...labels])].sort() })
    expect(Object.fromEntries([...shown].sort())).toEqual(Object.fromEntries([...documented()].sort()))
  })

  // What real work moves; the others are moved by faults, and their tests stand beside what counts.
  const moved: Record<ServiceName, string[]> = {
    gateway: ['haven_relay_numbered_total', 'haven_consumer_applied_total'],
    intake: ['haven_relay_numbered_total', 'haven_consumer_applied_total'],
    audit: ['haven_sequencer_leading', 'haven_sequencer_appended_total', 'haven_sequencer_batches_total'],
  }
  const everywhere = [
    'http_server_request_duration_seconds',
    'haven_access_decisions_total',
    'haven_record_batch_entries',
    'haven_record_wait_seconds',
    'haven_relay_leading',
    'haven_relay_working',
    'haven_relay_rounds_total',
    'haven_relay_sent_total',
    'haven_relay_heads_total',
    'db_client_connection_count',
    'db_client_connection_max',
    'nodejs_eventloop_utilization',
    'process_cpu_time_seconds_total',
    'process_memory_usage_bytes',
    'process_uptime_seconds',
    'v8js_memory_heap_used_bytes',
  ]
  const faults = ['haven_relay_full', 'haven_relay_unreadable', 'haven_record_failures_total']
  const total = (shown: Map<string, Shown>, name: string) => shown.get(name)?.total ?? 0
  const looks: Record<ServiceName, [client: string, path: string, purpose: string]> = {
    gateway: ['partner', '/receipts', 'assistance'],
    intake: ['caseworker', '/referrals', 'assistance'],
    audit: ['auditor', '/entries', 'audit'],
  }
  test.each(services)('of %s tell of the work that was done, and that nothing waits behind it', async service => {
    const [client, path, purpose] = looks[service]
    const answer = await system.call(service, client, 'GET', path, { headers: { 'purpose-of-use': purpose } })
    expect(answer.status).toBe(200)
    await eventually('work shows', async () => {
      const shown = await scrape(service)
      const still = [...everywhere, ...moved[service]].filter(name => total(shown, name) === 0)
      if (still.length > 0) throw new Error(`nothing in ${still.join(', ')}`)
      return total(shown, 'haven_relay_waiting') === 0
    })
    const shown = await scrape(service)
    for (const name of faults) expect([name, total(shown, name)]).toEqual([name, total(before.get(service)!, name)])
  })
})
