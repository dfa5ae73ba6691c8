import { constraintOf } from '@haven/db'
import type { Pool } from 'pg'
import { CliFailure } from '../failure.ts'

/** What a partner system may do at the gateway. */
export interface Registration {
  name: string
  /** The claim `org` of its tokens. */
  organisation: string
  /** The claim `client_id` of its tokens. */
  clientId: string
  /** Prefixes of `source` that it may use. */
  sources: readonly string[]
  /** Organisations for whom it may submit, or `*`. */
  referringOrganisations: readonly string[]
}

/** A partner as it stands in the gateway's database. */
export interface RegisteredPartner extends Registration {
  id: string
  disabledAt: string | null
}

/** @throws CliFailure when the client id is taken or a value is one that the table refuses */
export async function addPartner(pool: Pool, partner: Registration): Promise<string> {
  try {
    const { rows } = await pool.query<{ id: string }>(
      `insert into gateway.partner (name, organisation, client_id, sources, referring_organisations)
       values ($1, $2, $3, $4, $5) returning id`,
      [partner.name, partner.organisation, partner.clientId, partner.sources, partner.referringOrganisations],
    )
    return rows[0]!.id
  } catch (error) {
    throw refusal(error, partner)
  }
}

function refusal(error: unknown, partner: Registration): unknown {
  const constraint = constraintOf(error)
  if (constraint === 'partner_client_id_key') {
    return new CliFailure(
      `The client ${partner.clientId} is registered already; haven partner list shows it, choose another --client-id.`,
    )
  }
  const field = constraint?.match(/^partner_(\w+)_check$/)?.[1]?.replaceAll('_', '-')
  if (field === undefined) return error
  return new CliFailure(`The partner's ${field} is not accepted; give texts of 1 to 200 characters and no empty one.`, {
    exitCode: 2,
  })
}

/** All partners, by name. */
export async function listPartners(pool: Pool): Promise<RegisteredPartner[]> {
  const { rows } = await pool.query<RegisteredPartner>(
    `select id, name, organisation, client_id as "clientId", sources, referring_organisations as "referringOrganisations",
       to_char(disabled_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as "disabledAt"
     from gateway.partner order by name, id`,
  )
  return rows
}

/**
 * Shuts a partner out from its next request on, or lets it in again. Its receipts stay.
 * @param partner its id or its client id
 * @returns whether that changed anything
 * @throws CliFailure when there is no such partner
 */
export async function setDisabled(pool: Pool, partner: string, isDisabled: boolean): Promise<boolean> {
  const { rows } = await pool.query<{ changed: boolean }>(
    `with found as (
       select id, (disabled_at is not null) <> $2 as changes from gateway.partner where id::text = $1 or client_id = $1 for update),
     changed as (
       update gateway.partner set disabled_at = case when $2 then now() end where id in (select id from found where changes))
     select changes as changed from found`,
    [partner, isDisabled],
  )
  if (rows[0] !== undefined) return rows[0].changed
  throw new CliFailure(`There is no partner ${partner}; haven partner list shows ids and client ids.`, { exitCode: 2 })
}
