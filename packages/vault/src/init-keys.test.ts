import { chmod, mkdtemp, readdir, readFile, rm, stat, unlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { initKeys } from './init-keys.ts'
import { openFor, sealFor } from './jwe.ts'
import { readJwks } from './jwks.ts'
import { readSymmetricKey } from './symmetric-key.ts'

const services = ['gateway', 'intake']
const privateFiles = [
  'kek.json',
  'blind-index.json',
  'identity.json',
  'gateway.jwe.json',
  'gateway.signing.json',
  'intake.jwe.json',
  'intake.signing.json',
]
const publicFiles = ['gateway', 'intake'].flatMap(name => [`public/${name}.jwks.json`, `public/${name}.signing.json`])

// Key files are read only.
async function replace(file: string, content: string): Promise<void> {
  await rm(file)
  await writeFile(file, content, { mode: 0o600 })
}

describe('keys of an installation', () => {
  let parent: string
  let dir: string
  const contents = () => Promise.all([...privateFiles, ...publicFiles].map(name => readFile(join(dir, name), 'utf8')))
  const modeOf = async (name: string) => ((await stat(join(dir, name))).mode & 0o777).toString(8)
  beforeEach(async () => {
    parent = await mkdtemp(join(tmpdir(), 'haven-keys-'))
    dir = join(parent, 'keys')
  })
  afterEach(() => rm(parent, { recursive: true }))

  test('a new set is complete, private, and works', async () => {
    expect(await initKeys(dir, { services })).toEqual({ created: [...privateFiles, ...publicFiles], kept: [] })
    expect(await modeOf('.')).toBe('700')
    expect(new Set(await Promise.all(privateFiles.map(modeOf)))).toEqual(new Set(['400']))
    const sealed = await sealFor(await readJwks(join(dir, 'public/intake.jwks.json')), Buffer.from('x'), { typ: 't' })
    expect(Buffer.from(await openFor(await readJwks(join(dir, 'intake.jwe.json')), sealed)).toString()).toBe('x')
    expect((await readdir(dir)).filter(name => name.endsWith('draft'))).toEqual([])
  })

  test('a public set holds nothing private', async () => {
    await initKeys(dir, { services })
    for (const name of publicFiles) expect(await readFile(join(dir, name), 'utf8')).not.toContain('"d"')
  })

  test('a second run changes no byte', async () => {
    await initKeys(dir, { services })
    const before = await contents()
    expect(await initKeys(dir, { services })).toEqual({ created: [], kept: [...privateFiles, ...publicFiles] })
    expect(await contents()).toEqual(before)
  })

  test('a set with holes is completed and what is there is kept, closed to others', async () => {
    await initKeys(dir, { services: ['gateway'] })
    await chmod(join(dir, 'kek.json'), 0o640)
    const kek = await readFile(join(dir, 'kek.json'), 'utf8')
    await unlink(join(dir, 'identity.json'))
    await unlink(join(dir, 'public/gateway.jwks.json'))
    const { created } = await initKeys(dir, { services })
    expect(created).toEqual([
      'identity.json',
      'intake.jwe.json',
      'intake.signing.json',
      'public/gateway.jwks.json',
      'public/intake.jwks.json',
      'public/intake.signing.json',
    ])
    expect(await readFile(join(dir, 'kek.json'), 'utf8')).toBe(kek)
    expect(await modeOf('kek.json')).toBe('400')
  })

  test('a public set that does not fit the private one is replaced', async () => {
    await initKeys(dir, { services })
    await writeFile(join(dir, 'public/intake.jwks.json'), await readFile(join(dir, 'public/gateway.jwks.json')))
    expect((await initKeys(dir, { services })).created).toEqual(['public/intake.jwks.json'])
  })

  test('runs at once end with one set, which each of them leaves as it is', async () => {
    const results = await Promise.all([1, 2, 3].map(() => initKeys(dir, { services: [] })))
    expect(results.flatMap(result => result.created).sort()).toEqual(['blind-index.json', 'identity.json', 'kek.json'])
    await readSymmetricKey(join(dir, 'kek.json'))
  })

  test('a damaged key stops the run before anything is written', async () => {
    await initKeys(dir, { services: [] })
    await replace(join(dir, 'kek.json'), '{"kid":"x"}')
    await expect(initKeys(dir, { services })).rejects.toMatchObject({ code: 'key-file-invalid' })
    expect(await readdir(dir)).not.toContain('intake.jwe.json')
  })

  test('a key shows its bytes to no log', async () => {
    await initKeys(dir, { services: [] })
    const { k } = JSON.parse(await readFile(join(dir, 'kek.json'), 'utf8'))
    const key = await readSymmetricKey(join(dir, 'kek.json'))
    const shown = inspect(key, { depth: 10, showHidden: true }) + JSON.stringify(key)
    expect(shown).not.toContain(k)
    expect(shown).not.toContain(Buffer.from(k, 'base64url').toString('hex'))
  })

  test.each(['../up', 'a/b', 'A', ''])('the service name %j is refused', async name => {
    await expect(initKeys(dir, { services: [name] })).rejects.toThrow(TypeError)
  })
})

describe('reading a key file', () => {
  let dir: string
  let file: string
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'haven-keys-'))
    file = join(dir, 'kek.json')
    await initKeys(dir, { services: ['intake'] })
  })
  afterEach(() => rm(dir, { recursive: true }))

  test('a missing one is named with the command that makes it', async () => {
    await expect(readSymmetricKey(join(dir, 'gone.json'))).rejects.toThrow(
      `The key file ${dir}/gone.json is missing; make the keys with haven keys init`,
    )
    await expect(readJwks(join(dir, 'gone.json'))).rejects.toThrow('haven keys init')
  })

  test.each([
    '',
    'nonsense SECRET',
    '{}',
    'null',
    '[]',
    '{"kid":"a","k":"SECRET","createdAt":"2026"}',
    '{"kid":"","k":"SECRET"}',
    '{"keys":[]}',
    '{"keys":[null]}',
    '{"keys":[{"kty":"OKP","crv":"X25519","kid":"a","createdAt":"2026","x":"SECRET"}]}',
  ])('content %j is malformed: named, and not repeated', async content => {
    await replace(file, content)
    for (const read of [readSymmetricKey, readJwks]) {
      const error = await read(file).catch((caught: unknown) => caught)
      expect(error).toMatchObject({
        code: 'key-file-invalid',
        message: expect.stringContaining(`${file} is not a key file`),
      })
      expect(inspect(error, { depth: 10, showHidden: true })).not.toContain('SECRET')
    }
  })

  test.each(['644', '604', '620', '666', '601'])(
    'mode %s is refused for a private file, with the remedy',
    async mode => {
      await chmod(file, Number.parseInt(mode, 8))
      await chmod(join(dir, 'intake.jwe.json'), Number.parseInt(mode, 8))
      await expect(readSymmetricKey(file)).rejects.toThrow(
        `is open to others (mode ${mode}); take their rights away: chmod 400`,
      )
      await expect(readJwks(join(dir, 'intake.jwe.json'))).rejects.toThrow('chmod 400')
    },
  )

  test.each(['600', '400', '440', '640'])('mode %s is fine, as is a public set that all may read', async mode => {
    await chmod(file, Number.parseInt(mode, 8))
    await readSymmetricKey(file)
    await chmod(join(dir, 'public/intake.jwks.json'), 0o644)
    await readJwks(join(dir, 'public/intake.jwks.json'))
  })
})
