import { freePort } from '@haven/local'
import type { TestProject } from 'vitest/node'
import { postgresServers } from './containers.ts'
import { docker } from './docker.ts'
import { door, firstDoor } from './programs.ts'
import { Project } from './project.ts'

/** Brings docker-compose.yml up once for all files of the project `containers-e2e`, and takes it away without a trace. */
export default async function setup(vitest: TestProject): Promise<() => Promise<void>> {
  const [gateway, intake, audit, issuer] = await Promise.all(Array.from({ length: 4 }, freePort))
  const project = Project.make({ gateway: gateway!, intake: intake!, audit: audit!, issuer: issuer! })
  const doorName = `${project.name}-door`
  const remove = async () => {
    await docker(['rm', '--force', doorName]).catch(() => {})
    await project.down('--volumes').catch(() => {})
    await project.forget()
  }
  try {
    const initial = await project.init('--demo')
    if (initial.code !== 0) throw new Error(initial.stderr)
    await project.buildImage()
    await project.up('--no-build')
    vitest.provide('havenStack', { place: project.place, doors: await openDoors(project, doorName) })
    return remove
  } catch (error) {
    await remove()
    throw error
  }
}

async function openDoors(project: Project, name: string): Promise<Record<string, number>> {
  const publish = postgresServers.map((_, at) => `--publish=127.0.0.1:0:${firstDoor + at}`)
  await project.start(door(postgresServers), `--name=${name}`, ...publish)
  const ports = postgresServers.map(async (server, at) => {
    const address = await docker(['port', name, `${firstDoor + at}/tcp`])
    return [server, Number(address.split(':').at(-1))] as const
  })
  return Object.fromEntries(await Promise.all(ports))
}
