import { newId } from '../../../domain/ids.ts'
import type { Switchboard } from '../../../pbx/switchboard.ts'
import type { WayInSwitch } from './way-in.ts'

/** What the way into a conference needs of its PBX. */
export function wayInOn (switchboard: Switchboard, ready: () => boolean): WayInSwitch {
  type Family = Parameters<Switchboard['dbPut']>[0]
  return {
    ready,
    put: async (family, key, value) => { await switchboard.dbPut(family as Family, key, value) },
    del: async (family, key) => { await switchboard.dbDelete(family as Family, key) },
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
