import { type ExecFileSyncOptions, execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { allowed, forbidden, type Planted } from './planted-violations.ts'
import { root } from './tiers.ts'

interface Diagnostic {
  category: string
  location: { path: string }
}

/** Lints what is planted with the project's rules in a directory of its own: the tree gets no file, not even for a moment. */
function lint(planted: readonly Planted[]): Map<Planted, string[]> {
  const directory = mkdtempSync(join(tmpdir(), 'haven-planted-'))
  try {
    cpSync(join(root, 'biome.json'), join(directory, 'biome.json'))
    for (const rule of ['pure.grit', 'answered.grit'])
      cpSync(join(root, 'infra/test', rule), join(directory, 'infra/test', rule))
    const files = planted.map(({ file, code }, index) => {
      const unique = file.replace('planted', `planted-${index}`)
      mkdirSync(dirname(join(directory, unique)), { recursive: true })
      writeFileSync(join(directory, unique), `${code}\n`)
      return unique
    })
    const found = diagnostics(directory)
    return new Map(
      planted.map((one, i) => [
        one,
        found.filter(({ location }) => location.path === files[i]).map(({ category }) => category),
      ]),
    )
  } finally {
    rmSync(directory, { recursive: true })
  }
}

function diagnostics(directory: string): Diagnostic[] {
  const args = ['lint', '--vcs-enabled=false', '--reporter=json', '--max-diagnostics=none', '.']
  const options: ExecFileSyncOptions = { cwd: directory, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }
  try {
    return JSON.parse(String(execFileSync(join(root, 'node_modules/.bin/biome'), args, options))).diagnostics
  } catch (error) {
    // It ends with 1 when it finds something, which is what it is asked to.
    return JSON.parse((error as { stdout: string }).stdout).diagnostics
  }
}

describe('the import rules', () => {
  const found = lint([...forbidden, ...allowed])

  test.each(forbidden)('forbid $what ($file)', planted => {
    expect(found.get(planted)).toContain(planted.rule)
  })

  test.each(allowed)('allow $what ($file)', planted => {
    const rules = forbidden.map(({ rule }) => rule)
    expect(found.get(planted)?.filter(category => rules.includes(category))).toEqual([])
  })
})

interface Manifest {
  name: string
  dependencies?: Record<string, string>
}

const rooms = ['packages', 'services'].flatMap(parent =>
  readdirSync(join(root, parent)).map(name => join(parent, name)),
)
const manifests = rooms
  .filter(room => existsSync(join(root, room, 'package.json')))
  .map(room => ({ room, ...(JSON.parse(readFileSync(join(root, room, 'package.json'), 'utf8')) as Manifest) }))

/** Node looks into the node_modules of every directory upwards; NODE_PATH, which pnpm's shims set, is not for ES modules. */
function canImport(room: string, module: string): boolean {
  const parents = [room, dirname(room), '.'].map(parent => join(root, parent, 'node_modules', module))
  return parents.some(existsSync)
}

describe('what a package declares', () => {
  test('puts kafkajs into the reach of packages/bus alone', () => {
    expect(manifests.filter(({ room }) => canImport(room, 'kafkajs')).map(({ room }) => room)).toEqual(['packages/bus'])
  })

  test.each(manifests)('$name needs no service, and nothing that needs it in turn', ({ name }) => {
    const needed = everythingNeededBy(name)
    expect(needed).not.toContain(name)
    expect(manifests.filter(one => one.room.startsWith('services/') && needed.has(one.name))).toEqual([])
  })

  test.each(manifests.filter(({ name }) => name !== '@haven/testkit'))(
    '$name does not need the test kit to run',
    ({ name }) => {
      expect(everythingNeededBy(name)).not.toContain('@haven/testkit')
    },
  )
})

function everythingNeededBy(name: string, seen = new Set<string>()): Set<string> {
  const dependencies = Object.keys(manifests.find(one => one.name === name)?.dependencies ?? {})
  for (const dependency of dependencies) {
    if (seen.has(dependency) || !dependency.startsWith('@haven/')) continue
    seen.add(dependency)
    everythingNeededBy(dependency, seen)
  }
  return seen
}
