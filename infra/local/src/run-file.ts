import { rmSync } from 'node:fs'
import type { ServiceName } from '@haven/contracts'
import type { DatabaseUrls } from '@haven/db'
import { writePrivately } from './state.ts'

/** `.haven/run.json`: what programs need to know of the running system. */
export interface RunFile {
  pid: number
  services: Record<ServiceName, { url: string; pid: number }>
  issuer: string
  issuerPid: number
  tokenEndpoint: string
  /** Demo credentials: one client a role, two partners and a stranger. */
  clients: Record<string, { id: string; secret: string }>
  kafka: { brokers: string[]; pid: number }
  postgres: { adminUrl: string; pid: number }
  /** As the role that migrates; `haven` uses them. */
  databases: Record<string, string>
  keysDirectory: string
}

/** Keeps the file true while the system runs. */
export function runFile(file: string): { write(content: RunFile): void; remove(): void } {
  return {
    write: content => writePrivately(file, content),
    remove: () => rmSync(file, { force: true }),
  }
}

/** The URLs under which `haven` may migrate. */
export function migratorUrls(databases: Record<string, DatabaseUrls>): Record<string, string> {
  return Object.fromEntries(Object.entries(databases).map(([name, urls]) => [name, urls.migrator]))
}
