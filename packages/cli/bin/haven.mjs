#!/usr/bin/env node
// Runs on the machine's own Node (20 or later) and hands over to the project's Node 24, which runs the TypeScript.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { constants } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const home = dirname(dirname(fileURLToPath(import.meta.url)))
const root = dirname(dirname(home))

function projectNode() {
  const packaged = join(root, 'node_modules', `node-${process.platform}-${process.arch}`, 'bin', 'node')
  if (existsSync(packaged)) return packaged
  return Number(process.versions.node.split('.')[0]) >= 24 ? process.execPath : undefined
}

const node = projectNode()
if (node === undefined) {
  console.error(
    `haven needs Node 24: ${root} holds none for ${process.platform} on ${process.arch} and this is ${process.version}; ` +
      'run npm start or npm test there once, which fetch it, or use Node 24 or later.',
  )
  process.exit(1)
}

// kafkajs computes a pause below zero, which Node 24 remarks on and which does no harm
const flags = ['--disable-warning=TimeoutNegativeWarning']
const child = spawn(node, [...flags, join(home, 'src', 'main.ts'), ...process.argv.slice(2)], {
  stdio: 'inherit',
  env: { NODE_COMPILE_CACHE: join(root, 'node_modules', '.cache', 'compile'), ...process.env },
})
// A terminal sends Ctrl-C to both; this process waits so that the command can say how far it came.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal)
  })
}
child.on('error', error => {
  console.error(
    `haven cannot start ${node} (${error.code}); delete node_modules and run npm start, which fetches it again.`,
  )
  process.exit(1)
})
child.on('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]))
