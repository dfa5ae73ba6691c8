import { spawn, spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

// A checkout of its own, whose main.ts does what a test asks for.
let root: string
let bin: string
const platform = `node-${process.platform}-${process.arch}`

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'haven-bin-'))
  const home = join(root, 'packages/cli')
  mkdirSync(join(home, 'src'), { recursive: true })
  bin = join(home, 'bin/haven.mjs')
  cpSync(join(import.meta.dirname, '../bin'), join(home, 'bin'), { recursive: true })
  writeFileSync(
    join(home, 'src/main.ts'),
    `const what: string = process.argv[2] ?? ''
     process.on('SIGTERM', () => { console.log('asked to stop'); process.exit(7) })
     if (what === 'wait') { console.log('waiting'); setTimeout(() => {}, 20_000) }
     else if (what === 'die') process.kill(process.pid, 'SIGKILL')
     else { console.log(process.env.NODE_COMPILE_CACHE, process.argv.slice(2).join(' ')); process.exit(Number(what)) }`,
  )
})
afterAll(() => rmSync(root, { recursive: true }))

// `npm test` runs with a compile cache of its own, which is not what a user's shell has.
const { NODE_COMPILE_CACHE: _, ...env } = process.env
const haven = (...args: string[]) => spawnSync(process.execPath, [bin, ...args], { encoding: 'utf8', env })

describe('the haven command', () => {
  test('hands over arguments and exit code', () => {
    const { status, stdout } = haven('2', 'two words', '--json')
    expect(status).toBe(2)
    expect(stdout).toContain('two words --json')
  })

  test('keeps compiled code in the checkout unless told otherwise', () => {
    expect(haven('0').stdout).toContain(join(root, 'node_modules/.cache/compile'))
  })

  test('passes signals on and waits for the end', async () => {
    const child = spawn(process.execPath, [bin, 'wait'], { stdio: ['ignore', 'pipe', 'inherit'] })
    let said = ''
    child.stdout.on('data', chunk => {
      said += chunk
      if (said.includes('waiting')) child.kill('SIGTERM')
    })
    const code = await new Promise(done => child.on('close', done))
    expect(said).toContain('asked to stop')
    expect(code).toBe(7)
  })

  test('a command that was killed is no success', () => {
    expect(haven('die').status).toBe(128 + 9)
  })

  test('says in one sentence what is missing when no Node fits', () => {
    const old = 'Object.defineProperty(process, "versions", { value: { ...process.versions, node: "20.20.0" } })'
    const { status, stderr } = spawnSync(process.execPath, ['--import', `data:text/javascript,${old}`, bin], {
      encoding: 'utf8',
    })
    expect(status).toBe(1)
    expect(stderr).toMatch(/^haven needs Node 24: .* run npm start or npm test .*\.\n$/)
  })

  test('prefers the Node that came with the project', () => {
    const packaged = join(root, 'node_modules', platform, 'bin')
    mkdirSync(packaged, { recursive: true })
    writeFileSync(join(packaged, 'node'), '#!/bin/sh\nfor last; do :; done\necho "packaged $last"\nexit 3\n', {
      mode: 0o755,
    })
    expect(haven('list')).toMatchObject({ status: 3, stdout: 'packaged list\n' })
    rmSync(join(root, 'node_modules', platform), { recursive: true })
  })
})
