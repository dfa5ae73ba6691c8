import { serviceNames } from '@haven/contracts'
import { listParked } from '@haven/stream'
import { fine, type Judged, wrong } from '../finding.ts'
import type { Check } from '../world.ts'

/** Events that a consumer could not apply. */
export const parked: Check = {
  area: 'parked events',
  looks: world =>
    serviceNames.map(name => ({
      what: `parked events of ${name}`,
      look: async () => judgeParked(name, await world.onDatabase(name, pool => listParked(pool))),
    })),
}

export function judgeParked(name: string, events: readonly { cause: string }[]): Judged[] {
  if (events.length === 0) return [fine(`${name} has parked no event`)]
  const causes = new Set(events.map(({ cause }) => cause).filter(cause => cause !== 'behind-parked'))
  return [
    wrong(
      `${name} has parked ${events.length} event${events.length === 1 ? '' : 's'} (${[...causes].join(', ')})`,
      `haven parked list --service ${name} shows them; correct the cause, then haven parked redrive.`,
    ),
  ]
}
