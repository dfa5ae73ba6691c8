import { defineActions } from '@haven/access'

// Partners are systems: their credential states the purpose (the design's architecture, section 6).
const partner = { roles: ['partner'], purposes: 'credential' } as const

export const actions = defineActions({
  'event.post': { resource: 'event', class: 'data-access', ...partner },
  'event.validate': { resource: 'event', class: 'data-access', ...partner },
  'receipt.list': { resource: 'receipt', class: 'data-access', ...partner },
  'receipt.read': { resource: 'receipt', class: 'data-access', ...partner },
  'receipt.lookup': { resource: 'receipt', class: 'data-access', ...partner },
})
