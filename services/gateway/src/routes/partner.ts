import { Problem } from '@haven/problem'
import type { FastifyRequest } from 'fastify'
import type { Deps } from '../deps.ts'
import type { Partner } from '../domain/partner.ts'
import { findPartner } from '../store/partner.ts'

/** The partner behind a request's credential. @throws Problem `partner-unknown` or `partner-disabled` */
export async function partnerOf(request: FastifyRequest, { store }: Pick<Deps, 'store'>): Promise<Partner> {
  const partner = await findPartner(store, request.access.principal)
  if (partner === null) throw new Problem('partner-unknown')
  if (partner.disabled) throw new Problem('partner-disabled')
  return partner
}
