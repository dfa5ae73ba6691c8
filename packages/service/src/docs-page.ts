import swaggerUi from '@fastify/swagger-ui'
import type { Instance } from './instance.ts'

// Everything comes from this process; an address elsewhere could not be fetched even if the page held one.
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

/**
 * The rendered document under `/docs`. Its routes come from a plugin that knows nothing of access, so they are declared open
 * while it is mounted; made before the access plugin, which checks each route as it is added.
 */
export function docsPage(app: Instance): { mount(): Promise<void> } {
  let mounting = false
  app.addHook('onRoute', route => {
    if (mounting) route.config = { ...route.config, access: { open: 'public documentation' } }
  })
  return {
    async mount() {
      mounting = true
      await app.register(swaggerUi, {
        routePrefix: '/docs',
        staticCSP: contentSecurityPolicy,
        // Without this the page asks validator.swagger.io for a badge.
        uiConfig: { validatorUrl: null, deepLinking: true },
      })
      mounting = false
    },
  }
}
