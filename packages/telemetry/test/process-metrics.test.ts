import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { metrics } from '../src/index.ts'

test('the process shows its own time, memory and how busy its event loop is', async () => {
  const shown = metrics({ service: 'intake' })
  await sleep(50)
  const end = performance.now() + 80
  while (performance.now() < end);
  await sleep(50)
  const text = await shown.render()
  await shown.close()
  const value = (name: string) =>
    Number(
      text
        .split('\n')
        .find(line => line.startsWith(`${name} `))
        ?.split(' ')[1],
    )
  const quantile = (at: string) => value(`nodejs_eventloop_delay_seconds{quantile="${at}"}`)
  expect(value('process_cpu_time_seconds_total{cpu_mode="user"}')).toBeGreaterThan(0)
  expect(value('process_memory_usage_bytes')).toBeGreaterThan(10_000_000)
  expect(value('v8js_memory_heap_used_bytes')).toBeGreaterThan(1_000_000)
  expect(value('process_uptime_seconds')).toBeGreaterThan(0)
  expect(value('nodejs_eventloop_utilization')).toBeGreaterThan(0)
  expect(value('nodejs_eventloop_utilization')).toBeLessThanOrEqual(1)
  expect(quantile('1')).toBeGreaterThan(0.02)
  expect(quantile('0.5')).toBeLessThanOrEqual(quantile('1'))
  expect(quantile('0.99')).toBeLessThanOrEqual(quantile('1'))
})
