import { randomBytes } from 'node:crypto'
import { receivingOrganisation } from '@haven/issuer'
import { demoIssuer, ports } from './installation.ts'
import { Refusal } from './refusal.ts'

/** What the command was given. */
export interface Options {
  demo?: boolean
  issuer?: string
  organisation?: string
}

/** What was decided: settings for compose. */
export interface Chosen {
  isDemo: boolean
  settings: Map<string, string>
  /** Ports on this machine that differ from the usual ones. */
  published: Partial<typeof ports>
}

/**
 * Whose tokens are accepted, and what compose has to know beside it. What an earlier run decided holds until another is chosen.
 * @param known settings of an earlier run
 * @throws Refusal when nobody has said who signs people in, or both were said
 */
export function chooseSettings(options: Options, known: ReadonlyMap<string, string>): Chosen {
  if (options.demo && options.issuer !== undefined)
    throw new Refusal('--demo brings an OpenID provider of its own: leave --issuer out, or --demo.')
  const issuer = options.issuer ?? (options.demo ? demoIssuer : known.get('HAVEN_ISSUER'))
  if (!issuer) throw new Refusal('Name your OpenID provider by --issuer https://… , or try Haven out with --demo.')
  const isDemo = issuer === demoIssuer
  if (!isDemo && !/^https:\/\/[^\s/]/.test(issuer))
    throw new Refusal('--issuer is the URL of your OpenID provider, https://…, exactly as its tokens name it (iss).')
  const organisation = options.organisation ?? (isDemo ? receivingOrganisation : known.get('HAVEN_ORGANISATION'))
  if (!organisation)
    throw new Refusal(
      'Name the organisation that receives referrals by --organisation, as its staff have it in their tokens (org).',
    )
  return {
    isDemo,
    settings: new Map([
      // Files of secrets are their owner's alone, so every container runs as that owner.
      ['HAVEN_UID', String(process.getuid!())],
      ['HAVEN_GID', String(process.getgid!())],
      ['HAVEN_KAFKA_CLUSTER_ID', known.get('HAVEN_KAFKA_CLUSTER_ID') || newClusterId()],
      ['HAVEN_ISSUER', issuer],
      ['HAVEN_ORGANISATION', organisation],
      ['HAVEN_ALLOW_DEMO_CREDENTIALS', String(isDemo)],
      ['COMPOSE_PROFILES', isDemo ? 'demo' : ''],
      // Where `haven partner add` makes a client; at a provider of one's own it only says what to configure.
      ['HAVEN_ISSUER_DIRECTORY', isDemo ? '/run/issuer' : ''],
    ]),
    published: publishedPorts(known),
  }
}

function publishedPorts(known: ReadonlyMap<string, string>): Partial<typeof ports> {
  const chosen = Object.keys(ports).map(name => [
    name,
    Number.parseInt(known.get(`HAVEN_${name.toUpperCase()}_PORT`) ?? '', 10),
  ])
  return Object.fromEntries(chosen.filter(([, port]) => Number.isInteger(port)))
}

// 16 random bytes in base64url; Kafka's tool takes one that begins with a dash for an option.
function newClusterId(): string {
  const id = randomBytes(16).toString('base64url')
  return id.startsWith('-') ? newClusterId() : id
}
