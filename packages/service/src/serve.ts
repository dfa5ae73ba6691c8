import closeWithGrace from 'close-with-grace'
import type { FastifyBaseLogger, FastifyInstance } from 'fastify'

/** What a service has beside its listener, and how it ends. */
export interface Lifetime {
  /** What to end after the last answer, one after the other: consumers, relay, bus, pools. */
  readonly close: readonly (() => Promise<unknown>)[]
  /** Each rejects when the service cannot go on, such as a consumer's subscription that ended for good: the process then ends with code 1. */
  readonly fatal: readonly Promise<never>[]
}

export interface ServeOptions extends Partial<Lifetime> {
  readonly host: string
  /** 0 takes a free port. */
  readonly port: number
}

const graceMs = 10_000

/**
 * Listens until a signal or a fatal error: takes no new requests, lets running ones end, then closes the rest in order, all within 10 s.
 * Gives back the address it listens on.
 */
export async function serve(
  app: Pick<FastifyInstance, 'listen' | 'close'> & { log: FastifyBaseLogger },
  { host, port, close = [], fatal = [] }: ServeOptions,
): Promise<string> {
  closeWithGrace(
    { delay: graceMs, logger: false, onTimeout: () => app.log.error('did not stop in time') },
    async ({ signal, err }) => {
      if (err) app.log.fatal({ err }, 'stopping after an error that nobody handled')
      else app.log.info({ signal }, 'stopping')
      await closeAll(app.log, [() => app.close(), ...close])
      app.log.info('stopped')
    },
  )
  // close-with-grace ends the process on an error that nobody caught; a supervisor then starts it anew.
  for (const end of fatal) end.catch(error => queueMicrotask(() => rethrow(error)))
  return await app.listen({ host, port })
}

function rethrow(error: unknown): never {
  throw error
}

/** Ends each in order; one that fails must not keep the others open. */
export async function closeAll(log: FastifyBaseLogger, steps: readonly (() => Promise<unknown>)[]): Promise<void> {
  for (const step of steps) {
    try {
      await step()
    } catch (err) {
      log.error({ err }, 'could not be closed in good order')
    }
  }
}
