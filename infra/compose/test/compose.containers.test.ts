import { docker } from '@haven/test/docker'
import { paste, shellBlocks } from '@haven/test/paste'
import { Project } from '@haven/test/project'
import { type Ended, eventually } from '@haven/test/system'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { secretsIn, whereFound } from './secrets.ts'

const file = 'packages/cli/data/nrm_referrals_ngo_2023_q4.csv'
const minutes = 60_000
const project = Project.make()
let initial: Ended

beforeAll(async () => {
  initial = await project.init('--demo')
  if (initial.code !== 0) throw new Error(initial.stderr)
  await project.buildImage()
  console.log(`compose: healthy after ${(await project.up()).toFixed(1)} s`)
}, 10 * minutes)

afterAll(async () => {
  await project.down('--volumes').catch(() => {})
  await project.forget()
}, 3 * minutes)

describe('what init has made', () => {
  test('says plainly that it is a demonstration', () => {
    expect(initial.stdout).toMatch(/DEMONSTRATION.*\n.*Never put a real person/)
  })

  test(
    'is kept when it runs again',
    async () => {
      const before = secretsIn(project.secrets)
      const again = await project.init()
      expect(again.stdout).toContain('Nothing was missing')
      expect(secretsIn(project.secrets)).toEqual(before)
    },
    2 * minutes,
  )
})

describe('every container', () => {
  test('runs as nobody special, changes nothing of its root and has limits', async () => {
    for (const { ID, Service } of await project.containers()) {
      const [{ Config, HostConfig }] = JSON.parse(await docker(['inspect', ID]))
      const { ReadonlyRootfs, CapDrop, CapAdd, SecurityOpt, Memory, NanoCpus, PidsLimit, Privileged } = HostConfig
      expect({ Service, user: Config.User, ReadonlyRootfs, CapDrop, CapAdd, SecurityOpt, Privileged }).toEqual({
        Service,
        user: expect.stringMatching(/^[1-9]\d*:\d+$/),
        ReadonlyRootfs: true,
        CapDrop: ['ALL'],
        CapAdd: null,
        SecurityOpt: ['no-new-privileges:true'],
        Privileged: false,
      })
      for (const limit of [Memory, NanoCpus, PidsLimit]) expect(limit, Service).toBeGreaterThan(0)
    }
  })

  test('of a service says which commit it was built from', async () => {
    for (const service of ['gateway', 'intake', 'audit'])
      expect(await project.get(service, 'caseworker', '/version')).toMatchObject({ commit: 'c0ffee0' })
  })

  test('is reached from this machine alone, and databases and Kafka not even from there', async () => {
    for (const { ID, Service } of await project.containers()) {
      const [{ NetworkSettings }] = JSON.parse(await docker(['inspect', ID]))
      const hosts = Object.values(NetworkSettings.Ports as Record<string, { HostIp: string }[] | null>).flatMap(
        ports => ports?.map(({ HostIp }) => HostIp) ?? [],
      )
      const isPublished = ['gateway', 'intake', 'audit', 'issuer'].includes(Service)
      expect([...new Set(hosts)], Service).toEqual(isPublished ? ['127.0.0.1'] : [])
    }
  })
})

describe('a person with Docker alone', () => {
  test(
    'imports the published statistics by the command in the image: 221 referrals, every receipt applied',
    async () => {
      const { code, stdout, stderr } = await project.haven('import', 'nrm', file, '--json')
      expect(stderr).not.toMatch(/✖/)
      expect(code).toBe(0)
      expect(JSON.parse(stdout)).toMatchObject({
        total: 221,
        posted: 221,
        receipts: { applied: 221, rejected: 0, held: 0 },
      })
    },
    5 * minutes,
  )

  test(
    'adds a partner, whose new client gets a token and is known to the gateway at once',
    async () => {
      const partner = ['Safe Harbour', '--source', 'urn:partner:safe-harbour', '--referring-organisation', '*']
      const { code, stdout, stderr } = await project.haven('partner', 'add', ...partner, '--json')
      expect(stderr).not.toMatch(/✖/)
      expect(code).toBe(0)
      const { clientId, secret } = JSON.parse(stdout)
      const answer = await project.program(
        `const { id, secret } = process.env
         const basic = 'Basic ' + Buffer.from(id + ':' + secret).toString('base64')
         const body = new URLSearchParams({ grant_type: 'client_credentials', resource: 'urn:haven:gateway' })
         const token = await fetch('http://issuer:7410/token', { method: 'POST', headers: { authorization: basic }, body })
         const { access_token } = await token.json()
         const receipts = await fetch('http://gateway:7400/receipts', { headers: { authorization: 'Bearer ' + access_token } })
         console.log(receipts.status, JSON.stringify((await receipts.json()).items))`,
        { id: clientId, secret },
      )
      expect(answer.stdout.trim()).toBe('200 []')
    },
    2 * minutes,
  )

  test(
    'asks the record who looked at whom, and finds the case worker who did',
    async () => {
      const { items } = await project.get('intake', 'caseworker', '/referrals?limit=20')
      expect(items).toHaveLength(20)
      let answer = ''
      await eventually('the look is on the record', async () => {
        answer = (await project.haven('audit', 'entries', 'actor:demo-caseworker')).stdout
        return answer.includes('demo-caseworker')
      })
      expect(answer).toMatch(/demo-caseworker +20 /)
      expect(answer).toMatch(/Complete up to here: \d+ entries, no gap; 3 producers/)
    },
    3 * minutes,
  )

  test(
    'sees what it costs at rest',
    async () => {
      const ids = (await project.containers()).map(({ ID }) => ID)
      const rows = await docker(['stats', '--no-stream', '--format={{.Name}} {{.MemUsage}}', ...ids])
      const used = rows.split('\n').filter(row => !row.includes(' 0B '))
      console.log(used.map(row => row.replace(`${project.name}-`, '').replace(/ \/ .*/, '')).join(', '))
      expect(used.length).toBeGreaterThanOrEqual(8)
    },
    minutes,
  )
})

describe('a person with a checkout', () => {
  test.each(['README.md', 'docs/auditor.md'])(
    'pastes the walk of %s, and no command of it fails',
    async document => {
      const printed = await paste(document, await project.stateDirectory())
      expect(printed).toHaveLength(shellBlocks(document).length)
      expect(printed.join('')).toContain('no gap')
    },
    5 * minutes,
  )
})

describe('two processes of gateway and intake', () => {
  test(
    'lose nothing when one of each is killed under load, and no request that its client cannot repeat',
    async () => {
      await project.up('--no-recreate', '--scale=gateway=2', '--scale=intake=2')
      const victims = await Promise.all(
        ['gateway', 'intake'].map(async name => (await project.containers(name))[0]!.ID),
      )
      const before = await count('gateway', '/receipts')
      const importing = project.haven('import', 'nrm', file, '--quarter', '2024-Q1', '--batch', '1', '--json')
      const arrived = await eventually('the import is under way', async () => {
        const receipts = await count('gateway', '/receipts')
        return receipts > before + 20 && receipts
      })
      await docker(['kill', ...victims])
      expect(arrived).toBeLessThan(before + 180)
      const ended = await importing
      expect(ended).toMatchObject({ code: 0, stdout: expect.stringContaining('"applied":221,"rejected":0,"held":0') })
      expect(await count('intake', '/referrals')).toBe(before + 221)
    },
    8 * minutes,
  )
})

describe('Kafka', () => {
  const forge = `
    import { createRequire } from 'node:module'
    import { readFileSync } from 'node:fs'
    const { Kafka, logLevel } = createRequire('/haven/packages/bus/package.json')('kafkajs')
    const { forger: username, password } = process.env
    const kafka = new Kafka({
      brokers: ['kafka:9092'], logLevel: logLevel.NOTHING, retry: { retries: 1 },
      ssl: { ca: readFileSync('/run/secrets/authority.crt') },
      ...(username ? { sasl: { mechanism: 'scram-sha-512', username, password } } : {}),
    })
    const producer = kafka.producer()
    try {
      await producer.connect()
      await producer.send({ topic: 'haven.intake.inbound', messages: [{ partition: 0, value: 'forged' }] })
      console.log('written')
    } catch (error) { console.log(error.type ?? error.cause?.type ?? error.message) }
    process.exit()`

  test('logs as we say, to the engine alone: files of its own nobody would delete', async () => {
    // The image writes what it was given anew: of infra/compose/kafka/log4j2.yaml the names are left.
    const used = await project.compose('exec', '--no-TTY', 'kafka', 'cat', '/opt/kafka/config/log4j2.yaml')
    expect(used).toMatch(/Console:\s+name: "Engine"/)
    expect(used).not.toContain('RollingFile')
    expect(await project.compose('exec', '--no-TTY', 'kafka', 'ls', '/tmp/logs')).toBe('')
  })

  test(
    'takes a record of a service from that service alone: not from another, not from a stranger',
    async () => {
      const password = project.read('kafka/haven-gateway.password')
      const neighbour = await project.program(forge, { forger: 'haven-gateway', password })
      expect(neighbour.stdout).toMatch(/AUTHORIZATION_FAILED/)
      const guess = await project.program(forge, { forger: 'haven-intake', password })
      expect(guess.stdout).toMatch(/SASL_AUTHENTICATION_FAILED|authentication failed/i)
      const nobody = await project.program(forge)
      expect(nobody.stdout).not.toContain('written')
      const owner = await project.program(forge, {
        forger: 'haven-intake',
        password: project.read('kafka/haven-intake.password'),
      })
      expect(owner.stdout).toContain('written')
    },
    3 * minutes,
  )
})

describe('no secret', () => {
  test(
    'stands in what the engine tells of containers and images, in a log, or in any layer',
    async () => {
      const secrets = secretsIn(project.secrets)
      expect(secrets.length).toBeGreaterThan(40)
      const ids = (await project.containers()).map(({ ID }) => ID)
      const images = Object.values(project.images)
      const told = [
        await docker(['inspect', ...ids, ...images]),
        ...(await Promise.all(images.map(image => docker(['history', '--no-trunc', image])))),
        ...(await Promise.all(ids.map(id => docker(['logs', id])))),
      ]
      for (const text of told)
        expect(secrets.filter(({ value }) => text.includes(value)).map(({ name }) => name)).toEqual([])
      // The probe's first line is in every image: where it is not found, nothing was looked through.
      const known = { name: 'what is there', value: "// The images' health check" }
      for (const image of images) expect(await whereFound(image, [known, ...secrets]), image).toEqual([known.name])
    },
    4 * minutes,
  )
})

describe('down', () => {
  test(
    'keeps the data, and what is started again goes on with it',
    async () => {
      await project.down()
      console.log(`compose: healthy again after ${(await project.up()).toFixed(1)} s`)
      const { stdout } = await project.haven('import', 'nrm', file, '--json')
      expect(JSON.parse(stdout)).toMatchObject({ total: 221, present: 221, posted: 0 })
    },
    6 * minutes,
  )

  test(
    'with -v leaves no trace',
    async () => {
      await project.down('--volumes')
      const ours = `--filter=label=com.docker.compose.project=${project.name}`
      expect(await docker(['ps', '--all', '--quiet', ours])).toBe('')
      expect(await docker(['volume', 'ls', '--quiet', ours])).toBe('')
      expect(await docker(['network', 'ls', '--quiet', ours])).toBe('')
    },
    2 * minutes,
  )
})

/** How many there are in a list. */
async function count(service: string, path: string): Promise<number> {
  const client = service === 'gateway' ? 'partner' : 'caseworker'
  let [total, next] = [0, '']
  do {
    const page = await project.get(service, client, `${path}?limit=100${next}`)
    total += page.items.length
    next = page.next === null ? '' : `&cursor=${encodeURIComponent(page.next)}`
  } while (next !== '')
  return total
}
