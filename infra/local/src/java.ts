import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { Failure } from './failure.ts'

export interface Java {
  program: string
  major: number
  /** All that `java -version` prints: a class archive fits exactly one build of the virtual machine. */
  build: string
}

const remedy =
  'Install Java 17 or newer with Maven (Debian: apt-get install openjdk-17-jre-headless maven; macOS: brew install openjdk@17 ' +
  'maven). Whoever has Docker needs no Java: infra/compose/init --demo, then docker compose up --wait.'

/** The Java that Kafka runs on: JAVA_HOME's, else the path's. */
export async function findJava(): Promise<Java> {
  const home = process.env.JAVA_HOME
  const program = home ? join(home, 'bin', 'java') : 'java'
  const todo = home ? `JAVA_HOME is ${home}: set it to a Java 17 or newer, or unset it. ${remedy}` : remedy
  const build = await run(program, ['-version'])
  if (build === undefined) throw new Failure(`Kafka needs Java and ${program} does not run.`, todo)
  const major = javaMajor(build)
  if (major === undefined || major < 17) {
    throw new Failure(`Kafka needs Java 17 or newer, ${program} is ${build.split('\n')[0]}.`, todo)
  }
  return { program, major, build }
}

/** Whether Maven runs; the failure says what to do. */
export async function requireMaven(): Promise<void> {
  if ((await run('mvn', ['-v'])) === undefined) {
    throw new Failure("Kafka's jars are fetched by Maven once, and mvn does not run.", remedy)
  }
}

/** The major version in the output of `java -version`: 17 of "17.0.15", 8 of "1.8.0_402". */
export function javaMajor(output: string): number | undefined {
  const version = /version "(\d+)(?:\.(\d+))?/.exec(output)
  if (!version) return undefined
  const first = Number(version[1])
  return first === 1 ? Number(version[2]) : first
}

async function run(program: string, args: string[]): Promise<string | undefined> {
  try {
    const { stdout, stderr } = await promisify(execFile)(program, args)
    return stderr + stdout
  } catch {
    return undefined
  }
}
