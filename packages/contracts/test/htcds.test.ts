import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { eventTypes, htcdsPicklists, partnerEventTypes } from '../src/index.ts'

interface Field {
  field: string
  type: string
  values: string[]
}
const fields: Field[] = JSON.parse(readFileSync(new URL('../data/htcds_2.0_fields.json', import.meta.url), 'utf8'))
const published = new Map(fields.map(field => [field.field, field]))

interface Node {
  'x-htcds'?: string
  enum?: string[]
  items?: Node
  properties?: Record<string, Node>
}
const annotated = (node: Node): Node[] => [
  ...(node['x-htcds'] === undefined ? [] : [node]),
  ...Object.values(node.properties ?? {}).flatMap(annotated),
  ...(node.items === undefined ? [] : annotated(node.items)),
]
const all = [...partnerEventTypes.map(e => e.dataSchema), ...eventTypes.map(e => e.schema)].flatMap(s =>
  annotated(s as Node),
)

describe('the Human Trafficking Case Data Standard', () => {
  test.each(Object.entries(htcdsPicklists))('%s has the published values, verbatim and in order', (field, values) => {
    expect(values).toEqual(published.get(field)?.values)
  })

  test('every annotated property names a published field', () => {
    expect(all.length).toBeGreaterThan(15)
    expect(all.map(node => node['x-htcds']).filter(field => !published.has(field!))).toEqual([])
  })

  test('an annotated list of values takes nothing that the field does not have', () => {
    for (const node of all) {
      const values = node.enum ?? node.items?.enum
      if (values === undefined || node['x-htcds'] === 'prs_Citizenship') continue
      const field = published.get(node['x-htcds']!)!
      expect(values.filter(value => !field.values.includes(value))).toEqual([])
      expect(node.items !== undefined).toBe(field.type.startsWith('Multiselect'))
    }
  })
})
