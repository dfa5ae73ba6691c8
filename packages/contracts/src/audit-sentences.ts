import type { AuditEntry } from './audit-entry.ts'
import { type Language, type Phrase, phrases, purposeNames, roleNames } from './audit-phrases.ts'

export type { Language } from './audit-phrases.ts'

/** The actions that have a sentence; a service's test compares them with its table. */
export const sentenceActions: readonly string[] = Object.keys(phrases)

/**
 * An entry in plain words: who (by role and organisation, never by name), what, for which purpose, and how it ended.
 * @throws RangeError for an action without a sentence
 */
export function sentenceOf(entry: AuditEntry, language: Language): string {
  const phrase = Object.hasOwn(phrases, entry.action) ? phrases[entry.action] : undefined
  if (phrase === undefined) throw new RangeError(`the action ${entry.action} has no sentence in audit-phrases.ts`)
  return language === 'en' ? english(entry, phrase) : turkish(entry, phrase)
}

/** What was done: a feed is opened by one entry and closed by another, which knows where it went. */
const doneOf = ({ range }: AuditEntry, { did, ended }: Phrase) => (range?.to === undefined ? did : (ended ?? did))

function english(entry: AuditEntry, phrase: Phrase): string {
  const { org } = entry.actor
  const who = `${actorOf(entry, 'en')}${org === undefined ? '' : ` of ${org}`}`
  const why = entry.purpose === undefined ? '' : ` for ${purposeNames[entry.purpose].en}`
  const reason = entry.reason === undefined ? '' : ` (${entry.reason})`
  if (entry.outcome === 'success') return `${who} ${counted(doneOf(entry, phrase).en, entry, 'en')}${why}.`
  const end = entry.outcome === 'denied' ? 'and was refused' : 'and it failed'
  return `${who} tried to ${phrase.to.en}${why} ${end}${reason}.`
}

function turkish(entry: AuditEntry, phrase: Phrase): string {
  const { org } = entry.actor
  // The name of an organisation is written as it is, also where the sentence begins with it.
  const who = org === undefined ? capital(actorOf(entry, 'tr')) : `${org} kurumundan ${actorOf(entry, 'tr')}`
  const why = entry.purpose === undefined ? '' : ` ${purposeNames[entry.purpose].tr} amacıyla`
  const reason = entry.reason === undefined ? '' : ` (${entry.reason})`
  if (entry.outcome === 'success') return `${who}${why} ${counted(doneOf(entry, phrase).tr, entry, 'tr')}.`
  const end = entry.outcome === 'denied' ? 'istedi, reddedildi' : 'istedi, gerçekleşmedi'
  return `${who}${why} ${phrase.to.tr} ${end}${reason}.`
}

function actorOf({ actor }: AuditEntry, language: Language): string {
  if (actor.type === 'unknown') {
    return language === 'en' ? 'Somebody whose token was not accepted' : 'jetonu kabul edilmeyen biri'
  }
  if (actor.type === 'system') return language === 'en' ? 'Haven itself' : "Haven'ın kendisi"
  const role = actor.role ?? actor.roles?.[0]
  if (role !== undefined) return roleNames[role][language]
  return language === 'en' ? 'Somebody without a role' : 'rolü olmayan biri'
}

// One of a thing has no plural in English; Turkish has none after a number anyway.
function counted(text: string, { resultCount }: AuditEntry, language: Language): string {
  if (!text.includes('#')) return text
  if (resultCount === undefined) return text.replace('# ', '')
  const said = text.replace('#', String(resultCount))
  if (language === 'tr' || resultCount !== 1) return said
  return said
    .replace('1 entries', '1 entry')
    .replace('1 people', '1 person')
    .replace(/\b1 (\w+)s\b/, '1 $1')
}

const capital = (text: string): string => text.charAt(0).toLocaleUpperCase('tr') + text.slice(1)
