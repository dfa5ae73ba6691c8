import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from '@haven/local'

/** An OpenTelemetry Collector that writes what it takes into a file. */
export interface RealCollector {
  /** For OTEL_EXPORTER_OTLP_ENDPOINT. */
  readonly url: string
  close(): Promise<void>
}

/**
 * Starts a collector of the OpenTelemetry project.
 * @param program a build of it with the receiver `otlp` and the exporter `file`
 * @param to.file where it writes, a line of JSON for what came together
 */
export async function startRealCollector(
  program: string,
  to: { file: string; directory: string },
): Promise<RealCollector> {
  const port = await freePort()
  const file = join(to.directory, 'collector.json')
  writeFileSync(file, JSON.stringify(configOf(port, to.file)))
  const child = spawn(program, ['--config', `file:${file}`], { stdio: ['ignore', 'ignore', 'pipe'] })
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text
  })
  for (let tries = 0; !said.includes('Everything is ready'); tries++) {
    if (child.exitCode !== null || tries > 300) throw new Error(`the collector did not start:\n${said}`)
    await sleep(100)
  }
  return { url: `http://127.0.0.1:${port}`, close: () => end(child) }
}

// JSON is YAML.
function configOf(port: number, file: string): object {
  return {
    receivers: { otlp: { protocols: { http: { endpoint: `127.0.0.1:${port}` } } } },
    exporters: { file: { path: file, flush_interval: '100ms' } },
    service: {
      telemetry: { metrics: { level: 'none' } },
      pipelines: { traces: { receivers: ['otlp'], exporters: ['file'] } },
    },
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return
  child.kill('SIGTERM')
  await once(child, 'exit')
}
