import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type AclEntry, describeAcl, operation, pattern, permission, planAcls, resource } from './acl-plan.ts'

const scope = { names: 'haven.', applicant: 'User:haven-admin' }

const entry = (principal: string, resourceName: string, more: Partial<AclEntry> = {}): AclEntry => ({
  resourceType: resource.topic,
  resourceName,
  resourcePatternType: pattern.literal,
  principal: `User:${principal}`,
  host: '*',
  operation: operation.write,
  permissionType: permission.allow,
  ...more,
})
const wanted = [entry('haven-intake', 'haven.intake.case'), entry('haven-gateway', 'haven.partner.inbound')]
const planFor = (...found: AclEntry[]) => planAcls(wanted, found, scope)

describe('what is there and not wanted', () => {
  test.each([
    ['another user on an own topic', entry('partner-x', 'haven.intake.case')],
    ['everybody on an own topic', entry('*', 'haven.intake.case')],
    ['an own user on another’s topic', entry('haven-gateway', 'haven.intake.case')],
    ['a topic that is no longer', entry('haven-old', 'haven.old')],
    ['names that begin like own ones', entry('x', 'haven.in', { resourcePatternType: pattern.prefixed })],
    ['a refusal on an own topic', entry('haven-intake', 'haven.intake.case', { permissionType: permission.deny })],
    ['an own user on everything', entry('haven-intake', '*')],
    ['an own user on every name', entry('haven-intake', '', { resourcePatternType: pattern.prefixed })],
    [
      'an own user who might grant itself more',
      entry('haven-intake', 'kafka-cluster', { resourceType: 4, operation: 7 }),
    ],
  ])('goes: %s', (_, found) => {
    expect(planFor(...wanted, found)).toMatchObject({ create: [], remove: [found], foreign: [] })
  })

  test.each([
    ['every topic', entry('monitor', '*')],
    ['every group', entry('monitor', '*', { resourceType: resource.group, operation: operation.read })],
    ['names that ours begin with', entry('monitor', 'hav', { resourcePatternType: pattern.prefixed })],
  ])('is named and stays where others have %s', (_, found) => {
    expect(planFor(...wanted, found)).toMatchObject({ remove: [], foreign: [found] })
  })

  test.each([
    ['other topics', entry('others', 'orders')],
    ['a topic called like the beginning of ours', entry('others', 'haven')],
    ['who applies', entry('haven-admin', 'haven.intake.case')],
    ['who only looks at what there is', entry('monitor', '*', { operation: 8 })],
    ['another installation of the same users', entry('haven-intake', 'staging.haven.intake.case')],
    ['a refusal to others', entry('monitor', '*', { permissionType: permission.deny })],
  ])('stays: %s', (_, found) => {
    expect(planFor(...wanted, found)).toMatchObject({ create: [], remove: [], foreign: [] })
  })
})

const anyEntry = fc.record({
  resourceType: fc.constantFrom(2, 3, 4),
  resourceName: fc.constantFrom('*', 'hav', 'haven.intake.case', 'haven.partner.inbound', 'haven.', 'orders'),
  resourcePatternType: fc.constantFrom(3, 4),
  principal: fc.constantFrom('User:haven-intake', 'User:haven-gateway', 'User:haven-admin', 'User:x', 'User:*'),
  host: fc.constantFrom('*', '10.0.0.1'),
  operation: fc.constantFrom(2, 3, 4, 8),
  permissionType: fc.constantFrom(2, 3),
})

test('carried out, a plan leaves nothing to do but what is foreign, and touches no right of who applies', () => {
  fc.assert(
    fc.property(fc.array(anyEntry), found => {
      const { create, remove, foreign } = planFor(...found)
      expect(remove.some(({ principal }) => principal === scope.applicant)).toBe(false)
      const after = [...found.filter(each => !remove.includes(each)), ...create]
      expect(planFor(...after)).toMatchObject({ create: [], remove: [], foreign, keep: wanted })
    }),
  )
})

test('a right is told in a sentence', () => {
  const from = { host: '10.0.0.1', resourcePatternType: pattern.prefixed, permissionType: permission.deny }
  expect(describeAcl(entry('haven-intake', 'haven.intake.', from))).toBe(
    'User:haven-intake may not write topic haven.intake.* from 10.0.0.1',
  )
})
