import autocannon from 'autocannon'

/** What is asked. */
export interface Load {
  /** Where the service listens. */
  readonly url: string
  /** Asked in turns. */
  readonly paths: readonly string[]
  readonly headers: Record<string, string>
  readonly connections: number
  readonly seconds: number
}

/** What came of it. */
export interface Answers {
  /** 200s. */
  readonly answers: number
  /** Other statuses: a process that is overloaded, a database that is late. */
  readonly refused: number
  readonly seconds: number
}

/**
 * Asks as fast as it is answered. The generator runs in this process, on the same processors as what it measures.
 * @throws when a connection broke
 */
export async function ask(load: Load): Promise<Answers> {
  const { url, paths, headers, connections, seconds } = load
  const began = performance.now()
  const result = await autocannon({
    url,
    connections,
    duration: seconds,
    // It looks at the clock only so often, in milliseconds.
    sampleInt: 50,
    headers,
    requests: paths.map(path => ({ path })),
  })
  if (result.errors > 0) throw new Error(`${result.errors} connections to ${url} broke`)
  return { answers: result['2xx'], refused: result.non2xx, seconds: (performance.now() - began) / 1_000 }
}
