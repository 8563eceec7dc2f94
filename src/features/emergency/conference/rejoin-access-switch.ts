import { newId } from '../../../domain/ids.ts'
import type { Switchboard } from '../../../pbx/switchboard.ts'
import type { RejoinAccessSwitch } from './rejoin-access.ts'

/** The verbs of a PBX that rejoining needs. */
export function rejoinAccessOn (switchboard: Switchboard, ready: () => boolean): RejoinAccessSwitch {
  return {
    ready,
    link: async (leaf, root) => { await switchboard.linkRooms(leaf, root, `link-${newId()}`) },
    linked: async () => new Set((await switchboard.livingChannels()).flatMap(
      c => /^Local\/([\d-]+)@hotline-room-link/.exec(c.channel)?.[1] ?? []
    )),
    hangUp: switchboard.hangup,
    async endRoom (room) {
      const members = await switchboard.roomMembers(room)
      await Promise.all(members.map(async m => { await switchboard.hangup(m.uniqueId) }))
    }
  }
}
