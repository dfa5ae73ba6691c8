import { type Collector, startCollector } from '@haven/testkit'
import { inject } from 'vitest'
import { startCollectorIn } from './containers/collector.ts'
import { Containers, type Stack } from './containers/containers.ts'
import { Project } from './containers/project.ts'
import { Processes } from './processes.ts'
import type { System } from './system.ts'

declare module 'vitest' {
  interface ProvidedContext {
    havenStack: Stack
  }
}

/**
 * The system that a file of tests runs against: in the project `e2e` one of its own, as processes; in `containers-e2e` the stack that all files share
 * (containers/setup.ts), so that what a test counts is what it has made itself.
 * @param settings of all services
 */
export function startSystem(settings: Readonly<Record<string, string>> = {}): System {
  const stack = inject('havenStack') as Stack | undefined
  return stack === undefined ? new Processes(settings) : new Containers(stack, settings)
}

/** A collector that the services of that system reach. @param options.file to append each body to, as a line */
export function startCollectorBeside(options: { file?: string } = {}): Promise<Collector> {
  const stack = inject('havenStack') as Stack | undefined
  return stack === undefined ? startCollector(options) : startCollectorIn(new Project(stack.place), options)
}
