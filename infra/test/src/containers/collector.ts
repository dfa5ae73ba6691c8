import { randomBytes } from 'node:crypto'
import { appendFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { type Collector, spansIn } from '@haven/testkit'
import { docker } from './docker.ts'
import { collector } from './programs.ts'
import type { Project } from './project.ts'

const port = 4318

/** A collector where the services of a project reach it: in a container beside them. What comes is handed out here as packages/testkit's does. */
export async function startCollectorIn(project: Project, { file }: { file?: string } = {}): Promise<Collector> {
  const name = `${project.name}-collector-${randomBytes(2).toString('hex')}`
  const child = project.attach(collector(port), `--name=${name}`)
  const bodies: string[] = []
  const refused: string[] = []
  const lines = createInterface({ input: child.stdout! })
  await new Promise<void>((listening, fail) => {
    child.once('exit', code => fail(new Error(`the collector ended with ${code}`)))
    lines.once('line', () => listening())
  })
  lines.on('line', line => {
    const isBody = line.startsWith('{')
    const said = isBody ? bodies : refused
    said.push(line)
    if (isBody && file !== undefined) appendFileSync(file, `${line}\n`)
  })
  return {
    url: `http://${name}:${port}`,
    bodies,
    refused,
    spans: () => bodies.flatMap(spansIn),
    async close() {
      if (child.exitCode === null) await docker(['rm', '--force', name])
    },
  }
}
