import { rootCause, toBusError } from '../errors.ts'
import { type ClientOptions, createCluster } from './client.ts'

/**
 * kafkajs swallows why no broker names a group's coordinator, so that a group that is forbidden looks like one that is still being loaded. Asking
 * for the group itself tells.
 * @returns the error as it is, or the one that is behind it
 */
export async function behindCoordinator(client: ClientOptions, groupId: string, error: unknown): Promise<unknown> {
  if (rootCause(error).name !== 'KafkaJSGroupCoordinatorNotFound') return error
  const cluster = createCluster(client)
  try {
    await cluster.connect()
    await cluster.refreshMetadata()
    const broker = await cluster.findControllerBroker()
    await broker.describeGroups({ groupIds: [groupId] })
    return error
  } catch (told) {
    const said = toBusError(told, `asking for the group ${groupId}`)
    return said.bars ? told : error
  } finally {
    await cluster.disconnect().catch(() => undefined)
  }
}
