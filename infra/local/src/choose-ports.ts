import { holdPort, isPortFree } from './ports.ts'

/** The distance between the ports of one system and the next: no two preferred ports may lie a multiple of it apart. */
export const step = 20
const tries = 50

export interface ChosenPorts<Name extends string> {
  ports: Record<Name, number>
  /** A sentence for each preferred port that another program has. */
  notices: string[]
  /** Gives the ports back to other systems. */
  release(): void
}

/** What a port is asked. */
export interface PortProbe {
  /** Takes the port for this process; undefined when somebody has it. */
  hold(port: number): Promise<(() => void) | undefined>
  isFree(port: number): Promise<boolean>
}

/**
 * The preferred port of each part, or all of them 20 higher, 40 higher, … where one is busy.
 *
 * They belong to this system as long as it holds `guard`, a port that nothing else is done with: another system on this
 * machine passes over the whole set, also while a part of ours is down. Without it a Kafka that starts in that moment takes
 * the port, and our services join its groups.
 */
export async function choosePorts<Name extends string>(
  guard: number,
  preferred: Readonly<Record<Name, number>>,
  { hold, isFree }: PortProbe = { hold: holdPort, isFree: isPortFree },
): Promise<ChosenPorts<Name>> {
  const names = Object.keys(preferred) as Name[]
  const busy: Name[] = []
  for (let distance = 0; distance < tries * step; distance += step) {
    const release = await hold(guard + distance)
    const free = release ? await Promise.all(names.map(name => isFree(preferred[name] + distance))) : []
    if (distance === 0) busy.push(...names.filter((_name, at) => free[at] === false))
    if (release && free.every(Boolean)) {
      const ports = Object.fromEntries(names.map(name => [name, preferred[name] + distance])) as Record<Name, number>
      return { ports, notices: distance === 0 ? [] : noticesOf(guard, preferred, ports, busy), release }
    }
    release?.()
  }
  throw new Error(`none of ${tries} sets of ports from ${guard} on is free`)
}

function noticesOf<Name extends string>(
  guard: number,
  preferred: Readonly<Record<Name, number>>,
  ports: Readonly<Record<Name, number>>,
  busy: readonly Name[],
): string[] {
  const distance = Object.keys(ports).map(name => ports[name as Name] - preferred[name as Name])[0]
  if (busy.length === 0) return [`Port ${guard} is busy (another Haven?): all ports are ${distance} higher.`]
  return busy.map(name => `Port ${preferred[name]} (${name}) is busy: using ${ports[name]}.`)
}
