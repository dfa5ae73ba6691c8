import { isPortFree } from './ports.ts'

const step = 20
const tries = 50

/**
 * The preferred port of each part, or the next free one at a distance of 20 (so that parts do not take each other's).
 * @returns the ports and, for those that were busy, a sentence each
 */
export async function choosePorts<Name extends string>(
  preferred: Readonly<Record<Name, number>>,
  free: (port: number) => Promise<boolean> = isPortFree,
): Promise<{ ports: Record<Name, number>; notices: string[] }> {
  const notices: string[] = []
  const ports: Record<Name, number> = { ...preferred }
  for (const name of Object.keys(preferred) as Name[]) {
    // 7432 and 7492 are three steps apart: what another part prefers is not there to be taken.
    const others = Object.entries<number>(ports).filter(([other]) => other !== name)
    const isTaken = (port: number) => others.some(([, taken]) => taken === port)
    ports[name] = await firstFree(preferred[name], async port => !isTaken(port) && free(port))
    if (ports[name] !== preferred[name]) {
      notices.push(`Port ${preferred[name]} (${name}) is busy: using ${ports[name]}.`)
    }
  }
  return { ports, notices }
}

async function firstFree(wanted: number, free: (port: number) => Promise<boolean>): Promise<number> {
  for (let port = wanted; port < wanted + tries * step; port += step) {
    if (await free(port)) return port
  }
  throw new Error(`none of ${tries} ports from ${wanted} on is free`)
}
