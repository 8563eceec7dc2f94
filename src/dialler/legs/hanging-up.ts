import type { Logger } from 'pino'
import type { LivingChannel } from '../../pbx/verbs/channels.ts'
import type { LegNode, LegNodes, PlacedLeg } from './leg-nodes.ts'

/** A leg that is to end; `evenAnswered`: also where somebody has answered it. */
export interface UnwantedLeg extends PlacedLeg { evenAnswered: boolean }

export const isUp = (channel: Pick<LivingChannel, 'state'> | undefined): boolean => channel?.state === 'Up'

/**
 * Ends these legs. The PBX alone knows who has answered: the row of an answer may be unread, or lost. So it is asked first, and a leg that
 * was to end unanswered stays where its channel is up. Never rejects: the sweep tries again, and tells such a leg that it was answered.
 */
export async function hangUp ({ nodes, log }: { nodes: LegNodes, log: Logger }, legs: readonly UnwantedLeg[]): Promise<void> {
  const failed = (ids: readonly string[], error: unknown): void => {
    log.warn({ legs: ids, error: error instanceof Error ? error.message : String(error) },
      'legs could not be hung up; tried again by the sweep')
  }
  await Promise.all([...Map.groupBy(legs, leg => leg.node)].map(async ([name, mine]) => {
    try {
      const { switchboard } = nodes.get(name)
      const leaving = await stillUnwanted(switchboard, mine)
      await Promise.all(leaving.map(async ({ legId }) => {
        await switchboard.hangup(legId).catch((error: unknown) => { failed([legId], error) })
      }))
    } catch (error) {
      failed(mine.map(leg => leg.legId), error)
    }
  }))
}

async function stillUnwanted (switchboard: LegNode['switchboard'], legs: readonly UnwantedLeg[]): Promise<readonly UnwantedLeg[]> {
  if (legs.every(leg => leg.evenAnswered)) return legs
  const up = new Set((await switchboard.livingChannels()).filter(isUp).map(channel => channel.uniqueId))
  return legs.filter(leg => leg.evenAnswered || !up.has(leg.legId))
}
