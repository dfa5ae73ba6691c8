import { serviceNames } from '@haven/contracts'
import { fine, type Judged, wrong } from '../finding.ts'
import type { Check } from '../world.ts'

/** Whether each service can do its work, in its own words. */
export const readiness: Check = {
  area: 'services',
  looks: world =>
    serviceNames.map(name => ({
      what: name,
      look: async () => judgeReadiness(name, await report(world.serviceUrl(name))),
    })),
}

const remedies: Readonly<Record<string, string>> = {
  start: 'It waits for its database: see the areas migrations and lag, and its log for what it waits.',
  database: 'See that PostgreSQL runs and lets the service in.',
  reader: 'See that PostgreSQL runs and lets the reader role in.',
  keys: 'See that the PostgreSQL with the database keys runs.',
  kafka:
    'See that Kafka runs, and the areas topics and certificates; meanwhile what is to be sent waits in the database.',
  entries: 'Too many access entries wait for Kafka and nothing is answered: bring Kafka back.',
  relay: 'Its relay does not send: its log names the reason.',
  record: 'The relay of its access entries does not send: its log names the reason.',
}

export interface ReadinessReport {
  status: string
  checks: Readonly<Record<string, string>>
}

/** @param report undefined when nothing answers */
export function judgeReadiness(name: string, report: ReadinessReport | undefined): Judged[] {
  if (report === undefined)
    return [wrong(`${name} does not answer`, `Start ${name}; if it ended, the last line of its log says why.`)]
  const bad = Object.entries(report.checks).filter(([, state]) => state !== 'ok')
  if (bad.length === 0) return [fine(`${name} is ${report.status}`)]
  return bad.map(([check, state]) =>
    wrong(`${name} is ${report.status}: ${check} is ${state}`, remedies[check] ?? `Its log says why ${check} fails.`),
  )
}

async function report(url: string): Promise<ReadinessReport | undefined> {
  const answer = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(5_000) }).catch(() => undefined)
  return answer && ((await answer.json()) as ReadinessReport)
}
