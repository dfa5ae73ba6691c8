import { databaseUrl } from '@haven/config'
import type { Command } from 'commander'
import Type from 'typebox'
import type { Context } from '../context.ts'
import { asOwner } from '../databases.ts'
import { localIssuer } from '../partner/local-issuer.ts'
import { addPartner, type Registration } from '../partner/registry.ts'
import { settingsFor } from '../settings.ts'

const schema = Type.Object({
  HAVEN_GATEWAY_DATABASE_URL: databaseUrl('the database gateway as its migrator role'),
  HAVEN_ISSUER_DIRECTORY: Type.Optional(
    Type.String({
      description: 'the directory of the OpenID provider that comes with Haven, where the client is made',
    }),
  ),
})

interface Options {
  organisation?: string
  clientId?: string
  source: string[]
  referringOrganisation: string[]
  json?: true
}

const append = (value: string, before: string[] = []): string[] => [...before, value]

const slug = (name: string): string =>
  name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/\p{M}/gu, '')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')

/** `haven partner add` */
export function addPartnerAdd(partner: Command, context: Context): void {
  partner
    .command('add')
    .description('register a partner system')
    .argument('<name>', 'its name, for people')
    .requiredOption(
      '--source <prefix>',
      "prefix of its events' source, such as urn:partner:harbour-house; repeat for more",
      append,
    )
    .requiredOption(
      '--referring-organisation <name>',
      "for whom it may submit, or '*' for any; repeat for more",
      append,
    )
    .option('--organisation <code>', 'its organisation as its tokens say it (made from the name)')
    .option('--client-id <id>', 'its client at the OpenID provider (made from the name)')
    .option('--json', 'answer in JSON')
    .action(async (name: string, options: Options) => {
      const registration: Registration = {
        name,
        organisation: options.organisation ?? slug(name),
        clientId: options.clientId ?? slug(name),
        sources: options.source,
        referringOrganisations: options.referringOrganisation,
      }
      const { config } = settingsFor(schema, context)
      const { HAVEN_ISSUER_DIRECTORY: directory } = config
      const issuer = directory === undefined ? undefined : localIssuer(directory)
      await issuer?.mustNotKnow(registration.clientId)
      const id = await asOwner(config.HAVEN_GATEWAY_DATABASE_URL, pool => addPartner(pool, registration))
      const secret = await issuer?.create(registration)
      if (options.json)
        return context.out(JSON.stringify({ id, ...registration, ...(secret === undefined ? {} : { secret }) }))
      context.out(`registered  ${id}`)
      for (const line of secret === undefined ? clientToConfigure(registration) : newClient(registration, secret))
        context.out(line)
    })
}

const newClient = ({ clientId }: Registration, secret: string): string[] => [
  `client      ${clientId}`,
  `secret      ${secret}`,
  'Write the secret down: it is not shown again.',
]

const clientToConfigure = ({ clientId, organisation }: Registration): string[] => [
  'Configure this client at your OpenID provider:',
  `  client id     ${clientId}`,
  '  grant         client_credentials',
  '  access token  JWT of RFC 9068 (typ at+jwt), signed ES256, RS256 or EdDSA',
  '  audience      urn:haven:gateway',
  `  claims        org "${organisation}", roles ["partner"], sub_type "client"`,
]
