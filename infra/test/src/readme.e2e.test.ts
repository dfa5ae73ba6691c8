import { describe, expect, test } from 'vitest'
import { pasted } from './paste.ts'

describe('the walk of ten minutes in README.md works when pasted', () => {
  const { printed } = pasted('README.md')

  test('the partner checks and sends the sample, and its receipt becomes applied', () => {
    expect(printed[1]).toContain('"valid": true')
    expect(printed[1]).toMatch(/"state": "(accepted|published|applied)"/)
    expect(printed[2]).toContain('"state": "applied"')
  })

  test('the case worker reads the referral and accepts it into a case; the partner learns that it was accepted', () => {
    expect(printed[3]).toContain('"state": "acknowledged"')
    expect(printed[3]).toContain('"state": "accepted"')
    expect(printed[3]).toContain('"status": "Active"')
    expect(printed[4]).toContain('"state": "accepted"')
  })

  test('the stranger sees an empty list and a referral that does not exist', () => {
    expect(printed[5]).toContain('"items": []')
    expect(printed[5]).toContain('"code": "not-found"')
  })

  test('the auditor finds the refusal of the stranger, what the case worker did, and how complete the answer is', () => {
    expect(printed[6]).toContain('demo-stranger')
    expect(printed[6]).toContain('demo-caseworker')
    expect(printed[6]).toMatch(/complete|head/i)
  })

  test('the import posts 221 referrals and the summary counts them', () => {
    expect(printed[7]).toContain('221')
    expect(printed[7]).toMatch(/"The Salvation Army"[^}]*98/)
  })
})
