import { DomainError } from '../../../domain/errors.ts'
import type { Switchboard } from '../../../pbx/switchboard.ts'
import type { QueueMembers } from './queue-keeper.ts'

/** The queue of a PBX, as the agents' rows speak of it. */
export function queueMembersOn (switchboard: Switchboard): QueueMembers {
  return {
    async set (extension, { member, paused, reason }) {
      if (!member) return await switchboard.queueRemove(extension)
      if (paused) return await switchboard.queueAdd(extension, true, reason)
      try {
        await switchboard.queuePause(extension, false)
      } catch (error) {
        if (!(error instanceof DomainError && error.code === 'agent-not-signed-in')) throw error
        await switchboard.queueAdd(extension)
      }
    },
    list: async () => (await switchboard.queueStatus()).members.map(({ extension, paused }) => ({ extension, paused }))
  }
}
