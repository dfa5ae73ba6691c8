import fc from 'fast-check'
import { expect, test } from 'vitest'
import { personalNames, redactor } from '../src/redact.ts'
import { recordedLog } from './lines.ts'

const name = 'Mary Example'

test('a line says which service wrote it, when, and how grave it is', () => {
  const { log, lines } = recordedLog()
  log.info({ rows: 3 }, 'migrated')
  expect(lines).toEqual([
    {
      level: 'info',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      service: 'intake',
      pid: process.pid,
      rows: 3,
      msg: 'migrated',
    },
  ])
})

test('what a contract marks as personal is masked wherever it stands in a line', () => {
  const { log, lines } = recordedLog()
  log.info({ referral: { person: { firstName: name, children: [{ firstName: name }] } }, FIRSTNAME: name }, 'received')
  expect(JSON.stringify(lines)).not.toContain(name)
})

test('the names that are masked come from the contracts', () => {
  expect([...personalNames()]).toEqual(
    expect.arrayContaining(['firstName', 'birthdate', 'identityNumber', 'reference']),
  )
})

test('credentials are masked whatever the schemas say', () => {
  const { log, lines } = recordedLog()
  log.info({ headers: { authorization: `Bearer ${name}`, cookie: name }, client_secret: name }, 'called')
  expect(JSON.stringify(lines)).not.toContain(name)
})

test('no value under a personal name survives, whatever is around it', () => {
  const names = [...personalNames()]
  const redact = redactor()
  const plain = fc.oneof(fc.integer(), fc.boolean(), fc.constant(null), fc.constantFrom('ok', 'late'))
  const { line } = fc.letrec(tie => ({
    line: fc.dictionary(
      fc.constantFrom('a', 'b', 'items', ...names),
      fc.oneof(plain, tie('line'), fc.array(tie('line'), { maxLength: 2 })),
      { maxKeys: 4 },
    ),
  }))
  fc.assert(
    fc.property(line, fc.constantFrom(...names), (around, personal) => {
      const planted = { around, deep: [{ [personal]: { text: name } }, around] }
      expect(JSON.stringify(redact(planted))).not.toContain(name)
    }),
  )
})

test('a line deeper than any real one is cut, not followed', () => {
  const endless: Record<string, unknown> = {}
  endless.self = endless
  expect(JSON.stringify(redactor()(endless))).toContain('[redacted]')
})
