import type { TopicDefinition } from '@haven/contracts'
import type { NewFact, SqlTransaction } from '../types.ts'
import { emitStatement } from './emit-statement.ts'

/**
 * Writes facts as the last statement of a unit of work (`writeLast` of db's `createUnitOfWork`). It executes a statement with no facts too: only so
 * does a transaction whose earlier error was swallowed fail instead of vanishing.
 */
export async function writeFacts(
  tx: Pick<SqlTransaction, '$executeRawUnsafe'>,
  facts: readonly NewFact[],
  topics?: readonly TopicDefinition[],
): Promise<void> {
  if (facts.length === 0) {
    await tx.$executeRawUnsafe('select 1')
    return
  }
  const { text, values } = emitStatement(facts, topics)
  await tx.$executeRawUnsafe(text, ...values)
}
