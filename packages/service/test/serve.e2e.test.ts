import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterEach, expect, test } from 'vitest'

const program = fileURLToPath(new URL('slow-process.ts', import.meta.url))
const running: ChildProcess[] = []
afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGKILL')
})

async function start(...options: string[]) {
  const child = spawn(process.execPath, [program, ...options], { stdio: ['ignore', 'pipe', 'inherit'] })
  running.push(child)
  const lines: string[] = []
  const reader = createInterface({ input: child.stdout })
  reader.on('line', line => lines.push(line))
  await once(reader, 'line')
  return { child, lines, url: lines[0]!, exited: once(child, 'exit') as Promise<[number | null]> }
}

async function until(seen: () => boolean): Promise<void> {
  while (!seen()) await new Promise(resolve => setTimeout(resolve, 10))
}

test('a signal lets the running request end, then closes the rest in order, past one that fails', async () => {
  const { child, lines, url, exited } = await start()
  const answer = fetch(`${url}/slow`).then(response => response.text())
  await until(() => lines.includes('asked'))
  child.kill('SIGTERM')
  expect(await answer).toBe('answered')
  expect(await exited).toEqual([0, null])
  expect(lines.slice(1)).toEqual(['asked', 'closed: app', 'closed: relay', 'closed: pool'])
})

test('an error that nobody handled stops the process in the same order, with an exit code that says so', async () => {
  const { lines, url, exited } = await start()
  await fetch(`${url}/late`).catch(() => undefined)
  expect(await exited).toEqual([1, null])
  expect(lines.slice(1)).toEqual(['closed: app', 'closed: relay', 'closed: pool'])
})

test('a subscription that has ended for good ends the process too, so that somebody starts it anew', async () => {
  const { lines, url, exited } = await start()
  await fetch(`${url}/crash`).catch(() => undefined)
  expect(await exited).toEqual([1, null])
  expect(lines.slice(1)).toEqual(['closed: app', 'closed: relay', 'closed: pool'])
})

test('a body that stops arriving takes no more than half of the grace: what is closed afterwards still gets its turn', async () => {
  const { child, lines, url, exited } = await start()
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname)
  socket.on('error', () => {})
  socket.write('POST /body HTTP/1.1\r\nhost: haven\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{')
  await until(() => lines.includes('head arrived'))
  child.kill('SIGTERM')
  expect(await exited).toEqual([0, null])
  expect(lines.slice(1)).toEqual(['head arrived', 'closed: app', 'closed: relay', 'closed: pool'])
})

test('what will not close is left behind after ten seconds', async () => {
  const { child, exited } = await start('hang')
  const begun = performance.now()
  child.kill('SIGTERM')
  expect(await exited).toEqual([1, null])
  expect(performance.now() - begun).toBeGreaterThan(9_000)
})
