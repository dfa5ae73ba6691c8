import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { pasted } from './paste.ts'
import { eventually, root } from './system.ts'

const uuid = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/

describe('the ten minutes of docs/auditor.md work when pasted', () => {
  const { system, printed } = pasted('docs/auditor.md')

  test('the command says what it can do', () => {
    expect(printed[0]).toContain('completeness')
  })

  test('something happens: a referral, a list, a refusal', () => {
    expect(printed[1]).toMatch(/accepted|published|applied/)
    expect(printed[1]).toContain('not-found')
  })

  test('the refusal is found in plain words, and a misspelt filter is no empty answer', () => {
    expect(printed[2]).toMatch(
      /demo-stranger .* tried to read a referral for assistance and was refused \(not-found\)\./,
    )
    expect(printed[2]).toMatch(/Complete up to here: \d+ entries, no gap/)
    expect(printed[3]).toContain('exit code 2')
  })

  test('a person leads to everyone who saw her, and not to who did not', () => {
    const lines = printed[4]!.split('\n').reverse()
    const actions = ['opened and applied a partner', 'listed 1 referral', 'looked up 1 person']
    const places = actions.map(action => lines.findIndex(line => line.includes(action)))
    expect(places).toEqual([...places].sort((one, other) => one - other))
    expect(places.every(place => place >= 0)).toBe(true)
    expect(printed[4]).not.toContain('demo-stranger')
    expect(printed[4]).not.toMatch(/Lale|Ornek/)
  })

  test('what one user did is listed, and counted whole', () => {
    expect(printed[5]).toMatch(/demo-caseworker +1 +A caseworker of haven-programme listed 1 referral for assistance\./)
    expect(Number(/^\s*(\d+)\s*$/m.exec(printed[5]!)?.[1])).toBeGreaterThanOrEqual(1)
  })

  test("one entry is shown whole, and its trace leads from the partner's event to its application", () => {
    const [entry, trace] = [printed[6]!.split('index  when')[0]!, printed[6]!.split('index  when')[1]!]
    expect(entry).toMatch(/^action +inbound\.apply$/m)
    expect(entry).toMatch(/^onBehalfOf +.*harbour-house/m)
    expect(entry).toMatch(new RegExp(`^subjects +${uuid.source}$`, 'm'))
    expect(trace.indexOf('handed in 1 event')).toBeGreaterThan(0)
    expect(trace.indexOf('opened and applied')).toBeGreaterThan(trace.indexOf('handed in 1 event'))
  })

  test('following shows what fits, and is on the record at both ends', () => {
    expect(printed[7]).toMatch(/demo-stranger .* was refused \(not-found\)\./)
    expect(printed[7]).toMatch(/followed the access record and was shown \d+ entr(y|ies) for review of the record\./)
    expect(printed[7]).toContain('began to follow the access record')
  })

  test('it is said who writes the record and how far it is checked', () => {
    for (const service of ['audit', 'gateway', 'intake'])
      expect(printed[8]).toMatch(new RegExp(`^${service}/\\d+ `, 'm'))
    expect(printed[8]).toMatch(/\d+ entries, no gap; 3 producers, none silent, none behind; heard until /)
  })

  test('over HTTP it is the same, and who lacks something is told what', () => {
    expect(printed[9]).toContain('subject.entries')
    expect(printed[9]).toMatch(/purpose-required\n.*token-invalid/s)
  })

  describe('haven audit tail', () => {
    let tail: ChildProcess
    let seen = ''
    let said = ''
    afterAll(() => {
      tail.kill('SIGKILL')
    })
    const attempt = () => system.call('intake', 'stranger', 'GET', '/referrals/00000000-0000-4000-8000-000000000000')
    const entries = (): { index: string; entry: { action: string; actor: { id?: string } } }[] =>
      seen
        .split('\n')
        .slice(0, -1)
        .map(line => JSON.parse(line))

    test('shows an attempt within two seconds, and goes on by itself when the service is killed', async () => {
      tail = spawn(
        process.execPath,
        [join(root, 'packages/cli/src/main.ts'), 'audit', 'tail', 'actor:demo-stranger', '--json'],
        {
          env: { ...process.env, HAVEN_STATE_DIR: system.directory },
        },
      )
      tail.stdout!.on('data', piece => {
        seen += String(piece)
      })
      tail.stderr!.on('data', piece => {
        said += String(piece)
      })
      const began = new Date().toISOString()
      await eventually('it is opened', async () => {
        const { stdout } = await system.haven('audit', 'entries', 'action:entry.follow', `from:${began}`, '--json')
        return JSON.parse(stdout).items.length > 0
      })
      await attempt()
      await eventually('it shows the attempt', async () => entries().length === 1, 2_000)
      await system.end('audit', 'SIGKILL')
      await system.begin('audit')
      await eventually('it notices', async () => said.includes('going on behind index'))
      await attempt()
      await eventually('it shows the other attempt', async () => entries().length === 2, 60_000)
      expect(entries().map(({ entry }) => [entry.action, entry.actor.id])).toEqual([
        ['referral.read', 'demo-stranger'],
        ['referral.read', 'demo-stranger'],
      ])
      expect(Number(entries()[1]!.index)).toBeGreaterThan(Number(entries()[0]!.index))
    })

    test('is closed on the record when the service stops in order', async () => {
      const count = async () => {
        const { stdout } = await system.haven(
          'audit',
          'entries',
          'action:entry.follow',
          'reason:service-stopping',
          '--json',
        )
        return JSON.parse(stdout).items.length
      }
      const before = await count()
      await system.end('audit', 'SIGTERM')
      await system.begin('audit')
      await eventually('the closing is found', async () => (await count()) > before, 60_000)
    })
  })
})
