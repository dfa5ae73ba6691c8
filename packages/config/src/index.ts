export { ConfigError, type SettingProblem } from './config-error.ts'
export { loadConfig } from './load-config.ts'
export { publicConfig } from './public-config.ts'
export { databaseUrl, kafkaSettings, type ServiceSettings, serviceSettings } from './settings.ts'
