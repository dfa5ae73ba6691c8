// A whole process for serve.e2e.test.ts: answers slowly, says in which order it closes.
import { setTimeout as pause } from 'node:timers/promises'
import { serve } from '../src/index.ts'
import { emptyService } from './app.ts'

const say = (line: string) => process.stdout.write(`${line}\n`)
const hang = process.argv.includes('hang')

const { app } = await emptyService()
app.get('/slow', { config: { access: { open: 'test' } } }, async () => {
  say('asked')
  await pause(400)
  return 'answered'
})
app.post(
  '/body',
  { config: { access: { open: 'test' } }, onRequest: async () => say('head arrived') },
  async () => 'never, for the body does not come',
)
app.get('/late', { config: { access: { open: 'test' } } }, async () => {
  // Outside of the request, where no error handler stands.
  setTimeout(() => {
    throw new Error('nobody handles this')
  })
  return 'soon'
})
const subscription = Promise.withResolvers<never>()
app.get('/crash', { config: { access: { open: 'test' } } }, async () => {
  subscription.reject(new Error('the subscription has ended for good'))
  return 'soon'
})
app.addHook('onClose', async () => say('closed: app'))
const close = [
  async () => say('closed: relay'),
  async () => Promise.reject(new Error('bus is gone already')),
  async () => (hang ? new Promise(() => setInterval(() => {}, 1_000)) : say('closed: pool')),
]
say(await serve(app, { host: '127.0.0.1', port: 0, close, fatal: [subscription.promise] }))
