/** A calendar quarter, `2023-Q4`. */
export interface Quarter {
  year: number
  quarter: 1 | 2 | 3 | 4
}

const make = (year: string, quarter: string): Quarter => ({
  year: Number(year),
  quarter: Number(quarter) as 1 | 2 | 3 | 4,
})

/** Reads `2023-Q4` (any case); undefined for anything else. */
export function parseQuarter(text: string): Quarter | undefined {
  const match = /^(20\d\d)-?q([1-4])$/i.exec(text)
  return match === null ? undefined : make(match[1]!, match[2]!)
}

/** Finds the quarter in a file's name such as `nrm_referrals_ngo_2023_q4.csv`; undefined when it names none or several. */
export function quarterOfFile(name: string): Quarter | undefined {
  const found = [...name.matchAll(/(?<!\d)(20\d\d)[ _-]?q([1-4])(?!\d)/gi)].map(match => make(match[1]!, match[2]!))
  const different = new Set(found.map(formatQuarter))
  return different.size === 1 ? found[0] : undefined
}

/** `2023-Q4` */
export const formatQuarter = ({ year, quarter }: Quarter): string => `${year}-Q${quarter}`

/** The first instant of a quarter and that of the next, in UTC milliseconds. */
export const boundsOf = ({ year, quarter }: Quarter): { from: number; until: number } => ({
  from: Date.UTC(year, (quarter - 1) * 3, 1),
  until: Date.UTC(year, quarter * 3, 1),
})
