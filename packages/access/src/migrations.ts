import { fileURLToPath } from 'node:url'

/** The tables of schema `record`, the same in every service's database; applied after stream's and before the service's own. */
export const recordMigrations = {
  name: 'record',
  directory: fileURLToPath(new URL('../migrations', import.meta.url)),
}
