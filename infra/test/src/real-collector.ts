import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** An OpenTelemetry Collector between the services and the receiver of a test. */
export interface RealCollector {
  /** For OTEL_EXPORTER_OTLP_ENDPOINT. */
  readonly url: string
  stop(): Promise<void>
}

/**
 * Starts a collector of the OpenTelemetry project that hands on what it takes.
 * @param program a build of it with the receiver `otlp` and the exporter `otlphttp`
 * @param to.url where it hands on, as JSON
 */
export async function startRealCollector(
  program: string,
  to: { url: string; directory: string },
): Promise<RealCollector> {
  const port = await freePort()
  const file = join(to.directory, 'collector.json')
  writeFileSync(file, JSON.stringify(configOf(port, to.url)))
  const child = spawn(program, ['--config', `file:${file}`], { stdio: ['ignore', 'ignore', 'pipe'] })
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text
  })
  for (let tries = 0; !said.includes('Everything is ready'); tries++) {
    if (child.exitCode !== null || tries > 300) throw new Error(`the collector did not start:\n${said}`)
    await sleep(100)
  }
  return { url: `http://127.0.0.1:${port}`, stop: () => end(child) }
}

// JSON is YAML.
function configOf(port: number, url: string): object {
  return {
    receivers: { otlp: { protocols: { http: { endpoint: `127.0.0.1:${port}` } } } },
    exporters: { otlphttp: { endpoint: url, encoding: 'json', compression: 'none' } },
    service: {
      telemetry: { metrics: { level: 'none' } },
      pipelines: { traces: { receivers: ['otlp'], exporters: ['otlphttp'] } },
    },
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return
  child.kill('SIGTERM')
  await once(child, 'exit')
}
