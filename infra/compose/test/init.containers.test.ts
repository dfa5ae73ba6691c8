import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { run } from '@haven/test/docker'
import { Project } from '@haven/test/project'
import { root } from '@haven/test/system'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const project = Project.make()
const mode = (name: string) => (statSync(join(project.secrets, name)).mode & 0o777).toString(8)
const below = () => readdirSync(project.secrets, { recursive: true, encoding: 'utf8' })
const isFile = (name: string) => statSync(join(project.secrets, name)).isFile()

afterAll(() => project.forget())

test('compose refuses to start what init has not prepared, and says so', async () => {
  await expect(project.compose('config')).rejects.toThrow('Run infra/compose/init first')
})

test('init refuses to guess who signs people in', async () => {
  const { code, stderr } = await project.init()
  expect(stderr).toContain('Name your OpenID provider by --issuer')
  expect(code).toBe(2)
}, 300_000)

test('init refuses an engine whose containers could not read what it writes, before it writes anything', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'haven-init-'))
  writeFileSync(join(directory, 'docker'), '#!/bin/sh\necho "[name=seccomp,profile=builtin name=rootless]"\n', {
    mode: 0o700,
  })
  try {
    const { code, stderr } = await run(join(root, 'infra/compose/init'), ['--demo'], {
      PATH: `${directory}:${process.env.PATH}`,
      HAVEN_SECRETS: join(directory, 'secrets'),
      HAVEN_ENV_FILE: join(directory, 'env'),
    })
    expect(stderr).toContain('rootless')
    expect(code).toBe(2)
    expect(readdirSync(directory)).toEqual(['docker'])
  } finally {
    rmSync(directory, { recursive: true })
  }
})

test('with a provider of your own nothing of the demonstration is there, and compose is content', async () => {
  const own = Project.make()
  try {
    const { code, stderr } = await own.init('--issuer', 'https://id.example.org', '--organisation', 'example')
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(readdirSync(join(own.secrets, 'issuer'))).toEqual([])
    expect(JSON.parse(own.read('cli/run.json'))).toMatchObject({ clients: {}, tokenEndpoint: '' })
    const services = (await own.compose('config', '--services')).split('\n')
    expect(services).toContain('gateway')
    for (const demo of ['issuer', 'demo-partners']) expect(services).not.toContain(demo)
  } finally {
    await own.forget()
  }
}, 300_000)

describe('what init writes', () => {
  beforeAll(async () => {
    const { code, stderr } = await project.init('--demo')
    expect(stderr).toBe('')
    expect(code).toBe(0)
  }, 300_000)

  test('is for one user alone, who is not root: keys and all other secrets 0400, public sets for all, directories 0700', () => {
    const files = below().filter(isFile)
    const isPublic = (name: string) => name.startsWith('keys/public/')
    expect(files.filter(isPublic).length).toBeGreaterThan(5)
    expect(files.filter(name => !isPublic(name)).length).toBeGreaterThan(50)
    for (const name of files) expect(mode(name), name).toBe(isPublic(name) ? '644' : '400')
    for (const name of below().filter(name => !isFile(name))) expect(mode(name), name).toBe('700')
    const owners = new Set(below().map(name => statSync(join(project.secrets, name)).uid))
    expect([...owners]).toEqual([statSync(project.secrets).uid])
    expect(owners).not.toContain(0)
  })

  test('is closed again by the next run when somebody has opened it, and keeps its content', async () => {
    const kek = project.read('keys/kek.json')
    chmodSync(join(project.secrets, 'keys/kek.json'), 0o640)
    expect((await project.init()).stdout).toContain('Nothing was missing')
    expect(mode('keys/kek.json')).toBe('400')
    expect(project.read('keys/kek.json')).toBe(kek)
  }, 60_000)
})
