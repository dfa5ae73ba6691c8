// npm run audit:dependencies: known vulnerabilities of the locked dependencies, where the registry can be asked.
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './project.mjs'

const pnpm = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).packageManager
const { status, stdout, stderr } = spawnSync('npx', ['--yes', pnpm, 'audit', '--audit-level', 'high'], {
  cwd: root,
  encoding: 'utf8',
})
const output = `${stdout ?? ''}${stderr ?? ''}`
if (/AUDIT_(BAD_RESPONSE|ENDPOINT)|ENOTFOUND|ECONNREFUSED/.test(output)) {
  const reason = /responded with (\d+)/.exec(output)?.[1] ?? 'nothing'
  console.log(`The registry that npm is set to offers no audit (it answered ${reason}): nothing was checked.`)
  console.log('Run this once more where the public registry can be asked.')
} else {
  console.log(output.trim())
  process.exitCode = status ?? 1
}
