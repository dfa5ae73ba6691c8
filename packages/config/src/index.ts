export { ConfigError, type SettingProblem } from './config-error.ts'
export { loadConfig } from './load-config.ts'
export { publicConfig } from './public-config.ts'
export {
  databaseSettings,
  databaseUrl,
  httpSettings,
  issuerSettings,
  kafkaSettings,
  logSettings,
  recordSettings,
} from './settings.ts'
