import type { Finding, Mark } from './finding.ts'

const marks: Readonly<Record<Mark, string>> = { fine: '✔', wrong: '✖', unseen: '?' }

/** Findings grouped by area, what is wrong first in each, its remedy below it. */
export function reportLines(findings: readonly Finding[]): string[] {
  const areas = [...new Set(findings.map(({ area }) => area))]
  const width = Math.max(0, ...areas.map(area => area.length))
  const lines = areas.flatMap(area => {
    const own = findings.filter(finding => finding.area === area).sort((a, b) => rank(a) - rank(b))
    return own.flatMap(({ mark, says, remedy }, at) => [
      `${(at === 0 ? area : '').padEnd(width)}  ${marks[mark]} ${says}`,
      ...(remedy === undefined ? [] : [`${''.padEnd(width)}    → ${remedy}`]),
    ])
  })
  return [...lines, summary(findings)]
}

const rank = ({ mark }: Finding): number => ['wrong', 'unseen', 'fine'].indexOf(mark)

function summary(findings: readonly Finding[]): string {
  const count = (mark: Mark) => findings.filter(finding => finding.mark === mark).length
  return `${count('fine')} fine, ${count('wrong')} wrong, ${count('unseen')} could not be looked at`
}
