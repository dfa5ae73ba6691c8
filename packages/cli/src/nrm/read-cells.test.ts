import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { MalformedFile } from './malformed-file.ts'
import { readCells } from './read-cells.ts'
import type { Cell } from './row.ts'

const header = 'First responder type,First responder,Exploitation type,Age at exploitation,Gender,Nationality,People'
const good = 'Police,Kent Police,Labour & Criminal,Adult (18 or over),Male,Nigerian UK,2'

let directory: string
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'haven-nrm-'))
})
afterAll(() => rmSync(directory, { recursive: true }))

async function all(stream: AsyncIterable<Cell>): Promise<Cell[]> {
  const cells: Cell[] = []
  for await (const cell of stream) cells.push(cell)
  return cells
}

async function read(content: string | Buffer): Promise<Cell[]> {
  const file = join(directory, 'file.csv')
  writeFileSync(file, content)
  return all(readCells(file))
}

const file = (...rows: string[]) => `${[header, ...rows].join('\n')}\n`

const refusal = async (content: string | Buffer): Promise<string> => {
  const error = await read(content).then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (error instanceof MalformedFile) return error.message
  throw error ?? new Error('the file was taken')
}

describe('a good file', () => {
  test('is read cell by cell', async () => {
    expect(await read(file(good))).toEqual([
      {
        row: 2,
        labels: ['Police', 'Kent Police', 'Labour & Criminal', 'Adult (18 or over)', 'Male', 'Nigerian UK'],
        responder: 'Kent Police',
        source: 'police',
        exploitation: ['ForcedLabour', 'Other'],
        ageGroup: 'adult',
        gender: 'Masculine',
        citizenship: ['NG', 'GB'],
        people: 2,
      },
    ])
  })

  test('may have a byte order mark, other line ends, quotes and blank lines at its end', async () => {
    const quoted = 'Police,"Kent ""and"" Essex, together",Labour,Adult (18 or over),Male,UK,"1"'
    const cells = await read(`\ufeff${[header, quoted].join('\r\n')}\r\n\r\n`)
    expect(cells.map(cell => [cell.responder, cell.people])).toEqual([['Kent "and" Essex, together', 1]])
  })

  test('may have its columns in another order, nameless ones beside them, and a count of thousands as a spreadsheet writes it', async () => {
    const turned = [header, good.replace(/2$/, '"1,204"')].map(line =>
      line.match(/("[^"]*"|[^,]+)(?=,|$)/g)!.toReversed(),
    )
    const [cell] = await read(turned.map(cells => `,${cells.join(',')},,`).join('\n'))
    expect(cell).toMatchObject({ people: 1_204, responder: 'Kent Police', citizenship: ['NG', 'GB'] })
    expect(cell!.labels).toEqual(good.split(',').slice(0, 6))
  })

  test('sums are dropped, whichever column they sum over', async () => {
    const sums = [
      'Police,Kent Police,Total,Adult (18 or over),Male,UK,7',
      'Police,Kent Police,Labour,Total,Male,UK,7',
      'Police,Kent Police,Labour,Adult (18 or over),Total,UK,7',
      'Police,Kent Police,Labour,Adult (18 or over),Male,Total,7',
      'Police,Police total,Labour,Adult (18 or over),Male,UK,7',
      'Total,Total,Labour,Adult (18 or over),Male,UK,7',
    ]
    expect((await read(file(...sums, good))).map(cell => cell.people)).toEqual([2])
  })

  test('a cell of nobody is no referral and no error', async () => {
    expect((await read(file(good.replace(/2$/, '0')))).map(cell => cell.people)).toEqual([0])
  })
})

describe('a malformed file is refused, naming row, column and value', () => {
  test.each<[string, string, string]>([
    ['a nationality', 'Nigerian UK', 'Narnian'],
    ['an exploitation', 'Labour & Criminal', 'Fishing'],
    ['an age', 'Adult (18 or over)', 'Adult (16 or over)'],
    ['a gender', 'Male', 'M'],
    ['a type of responder', 'Police,', 'Charity,'],
  ])('an unknown label of %s', async (_, known, unknown) => {
    const message = await refusal(file(good, good.replace(known, unknown)))
    expect(message).toContain('row 3')
    expect(message).toMatch(/column "(Nationality|Exploitation type|Age at exploitation|Gender|First responder type)"/)
    expect(message).toContain(JSON.stringify(unknown.replace(',', '')))
  })

  test.each(['', '-1', '1.5', '1e3', '1,00', '1000,000', ',1', ' 2', 'two', '٢', '20001', '9'.repeat(30)])(
    'the count %j',
    async count => {
      const message = await refusal(file(good.replace(/2$/, `"${count}"`)))
      expect(message).toMatch(/^row 2, column "People": /)
    },
  )

  test('an unknown label or a wrong count in a sum', async () => {
    expect(await refusal(file('Police,Kent Police,Total,Total,Total,Narnian,0'))).toContain('"Narnian"')
    expect(await refusal(file('Police,Kent Police,Total,Total,Total,Total,x'))).toContain('"People"')
  })

  test.each([
    ['lacks a column', 'Police,Kent Police,Labour,Adult (18 or over),Male,UK'],
    ['has a column more', `${good},1`],
  ])('a row that %s', async (_, row) => {
    expect(await refusal(file(good, row))).toMatch(
      /^row 3: has (6 columns instead of 7|"1" in column 8, which has no name)/,
    )
  })

  test.each([
    ['that lacks a column', header.replace('Gender,', ''), /\(missing: "Gender"\)/],
    ['that names another', header.replace('Gender', 'Sex'), /\(missing: "Gender"; unknown: "Sex"\)/],
    ['that names one twice', `${header},Gender`, /\(twice: "Gender"\)/],
    ['in another case', header.toLowerCase(), /missing: "First responder type", /],
    ['that is a row', good, /unknown: "Police", "Kent Police"/],
  ])('a header %s', async (_, first, complaint) => {
    const message = await refusal(`${first}\n${good}\n`)
    expect(message).toMatch(/^row 1: the header/)
    expect(message).toMatch(complaint)
  })

  test('bytes that are no text at all, without a word of the parser', async () => {
    expect(await refusal(`${header}\nPolice,x"y,\u0000\n`)).toMatch(/^row 2: is not CSV/)
  })

  test('a cell that stands twice, because its people would be the same people', async () => {
    expect(await refusal(file(good, good))).toMatch(/^row 3: says again what row 2 says/)
  })

  test('a responder without a name, with one too long or with control characters', async () => {
    for (const name of ['', ' Kent', 'x'.repeat(201), 'Kent\u0000']) {
      expect(await refusal(file(good.replace('Kent Police', name)))).toMatch(/^row 2, column "First responder"/)
    }
  })

  test('bytes that are not UTF-8', async () => {
    const [before, after] = file(good).split('Kent')
    expect(await refusal(Buffer.concat([Buffer.from(before!), Buffer.from([0xe9]), Buffer.from(after!)]))).toContain(
      'First responder',
    )
  })

  test('a quote that is not closed', async () => {
    expect(await refusal(file(good, good.replace('Kent', '"Kent')))).toMatch(/row 3/)
  })

  test('a line without an end', async () => {
    expect(await refusal(file(`Police,${'x'.repeat(50_000)}`))).toMatch(/longer than any row/)
  })

  test('an empty file and one of a header only', async () => {
    expect(await refusal('')).toBe('the file is empty')
    expect(await refusal(file())).toBe('the file has a header and no rows')
  })

  test('whatever a cell is replaced by, the file is refused with row and column or read as what it says', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: 6 }), fc.string({ unit: 'binary' }), async (column, value) => {
        const fields = good.split(',')
        fields[column] = `"${value.toWellFormed().replaceAll('"', '""')}"`
        const content = file(fields.join(','))
        try {
          expect(await read(content)).toHaveLength(1)
        } catch (error) {
          expect(error).toBeInstanceOf(MalformedFile)
          expect((error as Error).message).toMatch(/^row \d+|no rows/)
        }
      }),
      { numRuns: 60 },
    )
  })
})

test('a file that is not there is an error of the file system', async () => {
  await expect(all(readCells(join(directory, 'absent.csv')))).rejects.toMatchObject({ code: 'ENOENT' })
})
