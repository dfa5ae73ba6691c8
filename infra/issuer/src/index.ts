export type { IssuerClient } from './clients.ts'
export { demoClients, demoPartners, receivingOrganisation } from './demo.ts'
export { registerDemoPartners } from './register-partners.ts'
export { newSigningKeys } from './signing-keys.ts'
