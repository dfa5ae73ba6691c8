import { defineActions } from '@haven/access'

const readers = {
  class: 'data-access',
  roles: ['auditor', 'dataProtectionOfficer'],
  purposes: ['audit', 'dataSubjectRequest'],
} as const

/** What can be done here: reading. Nothing changes the record but what services say of themselves. */
export const actions = defineActions({
  'entry.list': { resource: 'entry', ...readers },
  'entry.follow': { resource: 'entry', ...readers },
  'entry.read': { resource: 'entry', ...readers },
  'subject.entries': { resource: 'entry', ...readers },
  'actor.entries': { resource: 'entry', ...readers },
  'producer.list': { resource: 'producer', ...readers },
  'completeness.read': { resource: 'completeness', ...readers },
})
