import { cutPage, type Instance, NextPage, PageQuery, pagePosition } from '@haven/service'
import Type from 'typebox'
import type { Deps } from '../../deps.ts'
import { caseStatuses } from '../../domain/case.ts'
import { listCases } from '../../store/case-view.ts'
import { openAll } from '../../store/sealed.ts'
import { listedFields } from '../person.ts'
import { shownTo, shows } from '../shown.ts'
import { CaseItem, renderItem } from './case.ts'

const Query = Type.Object(
  { status: Type.Optional(Type.Enum(caseStatuses)), ...PageQuery },
  { additionalProperties: false },
)
const Answer = Type.Object({ items: Type.Array(CaseItem), next: NextPage }, { additionalProperties: false })

export function listOwnCases(app: Instance, { pool, vault }: Deps): void {
  app.route({
    method: 'GET',
    url: '/cases',
    config: { access: { action: 'case.list', subjects: shownTo, fields: listedFields } },
    schema: {
      summary: 'List the cases of whose care team you are, by opening',
      tags: ['cases'],
      querystring: Query,
      response: { 200: Answer },
    },
    handler: async request => {
      const { status, order, limit, cursor } = request.query
      const page = { member: request.access.principal, status, order, limit, after: pagePosition(cursor) }
      const found = await listCases(pool, page)
      const { rows, next } = cutPage(found, limit, row => row.openedAt)
      shows(request, rows)
      const sealed = rows.map(row => ({ subject: row.person, sealed: row.sealedPerson }))
      const people = await openAll(vault, 'person', sealed)
      return { items: rows.map((row, index) => renderItem(row, people[index] ?? null)), next }
    },
  })
}
