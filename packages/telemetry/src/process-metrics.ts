import { monitorEventLoopDelay, performance } from 'node:perf_hooks'
import type { Meter } from '@opentelemetry/api'
import { showCounters, showGauges } from './metrics.ts'

const delayResolutionMs = 20

/** Shows the process and its event loop to whoever scrapes; delays are those since the last scrape. Gives back what ends it. */
export function watchProcess(meter: Meter): () => void {
  const delay = monitorEventLoopDelay({ resolution: delayResolutionMs })
  delay.enable()
  let before = performance.eventLoopUtilization()
  showCounters(meter, [
    [
      'process.cpu.time.seconds',
      'Processor time',
      () => {
        const { user, system } = process.cpuUsage()
        return [
          [user / 1e6, { 'cpu.mode': 'user' }],
          [system / 1e6, { 'cpu.mode': 'system' }],
        ]
      },
    ],
  ])
  showGauges(meter, [
    ['process.uptime.seconds', 'Seconds since the process began', () => [[process.uptime()]]],
    ['process.memory.usage.bytes', 'Resident memory', () => [[process.memoryUsage.rss()]]],
    ['v8js.memory.heap.used.bytes', 'JavaScript heap in use', () => [[process.memoryUsage().heapUsed]]],
    [
      'nodejs.eventloop.delay.seconds',
      'How late timers came since the last scrape, beyond their resolution',
      () => {
        const late = (nanoseconds: number) => Math.max(0, nanoseconds / 1e9 - delayResolutionMs / 1e3)
        const samples = [
          [late(delay.percentile(50)), { quantile: '0.5' }],
          [late(delay.percentile(99)), { quantile: '0.99' }],
          [late(delay.max), { quantile: '1' }],
        ] as const
        delay.reset()
        return samples
      },
    ],
    [
      'nodejs.eventloop.utilization',
      'Part of the time since the last scrape in which the event loop was busy',
      () => {
        const now = performance.eventLoopUtilization()
        const { utilization } = performance.eventLoopUtilization(now, before)
        before = now
        return [[utilization]]
      },
    ],
  ])
  return () => delay.disable()
}
