import { describe, expect, test } from 'vitest'
import { pasted } from './paste.ts'

describe('the commands of docs/operations.md work when pasted beside a running system', () => {
  const { printed } = pasted('docs/operations.md')

  test('the doctor finds nothing wrong', () => {
    expect(printed[0]).toMatch(/\d+ fine, 0 wrong, 0 could not be looked at/)
  })

  test('what is installed is kept when it is installed again', () => {
    expect(printed[1]).toContain('kept     kek.json')
    expect(printed[1]).not.toMatch(/^created/m)
    expect(printed[1]).toContain('intake: nothing to do')
    expect(printed[1]).toContain('kept       haven.intake.access')
  })

  test('each service says that it is ready and what runs', () => {
    expect(printed[2]?.match(/"status":"(ready|degraded)"/g)).toHaveLength(3)
    for (const service of ['gateway', 'intake', 'audit']) expect(printed[2]).toContain(`"service":"${service}"`)
    expect(printed[2]).toContain('No event is parked.')
  })
})
