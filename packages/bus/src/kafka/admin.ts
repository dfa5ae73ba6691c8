import { isPassing, toBusError } from '../errors.ts'
import { type Admin, type ClientOptions, createAdmin } from './client.ts'

/** One administrative connection, made when first needed and made anew after a failure. */
export interface AdminConnection {
  run<T>(doing: string, work: (admin: Admin) => Promise<T>): Promise<T>
  close(): Promise<void>
}

export function createAdminConnection(options: ClientOptions): AdminConnection {
  let current: Promise<Admin> | undefined

  async function connect(): Promise<Admin> {
    const admin = createAdmin(options)
    try {
      await admin.connect()
      return admin
    } catch (error) {
      // Whatever refused it, a refused login too, may have been put right by the next call.
      current = undefined
      admin.disconnect().catch(() => undefined)
      throw error
    }
  }

  async function drop(): Promise<void> {
    const admin = await current?.catch(() => undefined)
    current = undefined
    await admin?.disconnect().catch(() => undefined)
  }

  return {
    async run(doing, work) {
      current ??= connect()
      try {
        return await work(await current)
      } catch (error) {
        if (isPassing(error)) await drop()
        throw toBusError(error, doing)
      }
    },
    close: drop,
  }
}
