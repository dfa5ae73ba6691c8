import { defineActions } from '@haven/access'

// Partners are systems: their credential states the purpose (the design's architecture, section 6).
const partner = {
  roles: ['partner'],
  purposes: 'credential',
  stated: 'assistance',
  relation: 'the receipt is your own, or the event comes from a source that is registered for you',
} as const

export const actions = defineActions({
  'event.post': { resource: 'event', class: 'data-access', ...partner },
  'event.validate': { resource: 'event', class: 'data-access', ...partner },
  'receipt.list': { resource: 'receipt', class: 'data-access', ...partner },
  'receipt.read': { resource: 'receipt', class: 'data-access', ...partner },
  'receipt.lookup': { resource: 'receipt', class: 'data-access', ...partner },
})
