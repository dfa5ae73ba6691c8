import { explain } from '../failure.ts'
import { type Finding, type Judged, unseen } from './finding.ts'
import type { Check, Look, World } from './world.ts'

const deadlineMs = 8_000

/** Looks at everything side by side, each with its own deadline; one that fails or hangs keeps no other from being seen. */
export async function examine(checks: readonly Check[], world: World, withinMs = deadlineMs): Promise<Finding[]> {
  const all = checks.flatMap(check => looksOf(check, world).map(look => ({ area: check.area, look })))
  const found = await Promise.all(
    all.map(async ({ area, look }) => (await inTime(look, withinMs)).map(judged => ({ area, ...judged }))),
  )
  return found.flat()
}

function looksOf(check: Check, world: World): Look[] {
  try {
    return check.looks(world)
  } catch (error) {
    return [{ what: check.area, look: () => Promise.reject(error) }]
  }
}

async function inTime({ what, look }: Look, ms: number): Promise<Judged[]> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<Judged[]>(resolve => {
    timer = setTimeout(() => resolve([unseen(what, `no answer within ${ms / 1_000} s`)]), ms)
  })
  try {
    return await Promise.race([look(), late])
  } catch (error) {
    return [unseen(what, explain(error).message)]
  } finally {
    clearTimeout(timer)
  }
}
