import { describe, expect, test } from 'vitest'
import { type AuditEntry, sentenceActions, sentenceOf } from '../src/index.ts'
import { entry } from './entries.ts'

const ways: [string, Partial<AuditEntry>][] = [
  ['done', {}],
  ['refused', { outcome: 'denied', reason: 'role-not-permitted' }],
  ['failed', { outcome: 'failure', reason: 'validation-failed' }],
]

describe.each(sentenceActions)('%s', action => {
  test('has its sentences in plain words', () => {
    const both = ways.map(([, change]) => {
      const one = entry({ action, ...change })
      return `${sentenceOf(one, 'en')}\n${sentenceOf(one, 'tr')}`
    })
    expect(both.join('\n')).toMatchSnapshot()
  })
})

test.each<[string, Partial<AuditEntry>]>([
  ['a system', { actor: { type: 'system', id: 'system:intake.inbound' }, action: 'inbound.apply' }],
  ['nobody known', { actor: { type: 'unknown' }, outcome: 'denied', reason: 'token-missing' }],
  ['somebody without a role', { actor: { type: 'person', id: 'x', org: 'Y', roles: [] }, outcome: 'denied' }],
  ['one of many', { resultCount: 1 }],
  ['one entry', { action: 'entry.list', resultCount: 1 }],
  ['the closing of a feed', { action: 'entry.follow', range: { after: '4', to: '24' }, resultCount: 20 }],
  ['an organisation that is written small', { actor: { type: 'person', org: 'ışık evi', roles: ['caseworker'] } }],
])('%s is spoken of too', (_who, change) => {
  expect([sentenceOf(entry(change), 'en'), sentenceOf(entry(change), 'tr')]).toMatchSnapshot()
})

test('names nobody: neither who acted nor whom it was about', () => {
  for (const action of sentenceActions) {
    for (const language of ['en', 'tr'] as const) {
      const sentence = sentenceOf(entry({ action }), language)
      expect(sentence).not.toContain('worker-1')
      expect(sentence).not.toMatch(/[0-9a-f]{8}-/)
    }
  }
})

test('an action without a sentence is an error, not a silence', () => {
  expect(() => sentenceOf(entry({ action: 'toString' }), 'en')).toThrow(/no sentence/)
})
