import { sign, verify } from 'node:crypto'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { newJwks } from './jwks.ts'
import { newSigningJwks, publicSigningJwks, readSigningKey, readVerificationKeys } from './signing-key.ts'

describe('a key that signs', () => {
  let dir: string
  const write = async (name: string, content: unknown, mode = 0o600) => {
    await writeFile(join(dir, name), JSON.stringify(content), { mode })
    return join(dir, name)
  }
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'haven-signing-'))
  })
  afterEach(() => rm(dir, { recursive: true }))

  test('what the newest key signs, the public set verifies, and so it does for an older key that it still names', async () => {
    const old = newSigningJwks(new Date('2026-01-01'))
    const both = { keys: [...newSigningJwks(new Date('2026-06-01')).keys, ...old.keys] }
    const signing = await readSigningKey(await write('a.json', both))
    expect(signing.kid).toBe(both.keys[0]!.kid)
    const open = await readVerificationKeys(await write('public.json', publicSigningJwks(both), 0o644))
    const text = Buffer.from('a head')
    for (const { privateKey } of [signing, await readSigningKey(await write('old.json', old))]) {
      const signature = sign(null, text, privateKey)
      expect(open.filter(key => verify(null, text, key, signature))).toHaveLength(1)
    }
  })

  test('the public set holds nothing private and signs nothing', async () => {
    const open = publicSigningJwks(newSigningJwks(new Date()))
    expect(JSON.stringify(open)).not.toContain('"d"')
    await expect(readSigningKey(await write('p.json', open))).rejects.toMatchObject({ code: 'key-file-invalid' })
  })

  test('a key of another kind, an empty set and an open file are refused', async () => {
    const refused = { code: 'key-file-invalid' }
    await expect(readSigningKey(await write('jwe.json', await newJwks(new Date())))).rejects.toMatchObject(refused)
    await expect(readVerificationKeys(await write('none.json', { keys: [] }))).rejects.toMatchObject(refused)
    const file = await write('open.json', newSigningJwks(new Date()))
    await chmod(file, 0o644)
    await expect(readSigningKey(file)).rejects.toMatchObject(refused)
  })

  test('shows its bytes to no log', async () => {
    const set = newSigningJwks(new Date())
    const key = await readSigningKey(await write('k.json', set))
    expect(inspect(key, { depth: 10, showHidden: true }) + JSON.stringify(key)).not.toContain(set.keys[0]!.d)
  })
})
