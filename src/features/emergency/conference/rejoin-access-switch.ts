import { keysOf } from '../../../domain/properties.ts'
import type { Switchboard } from '../../../pbx/switchboard.ts'
import type { StraySwitch } from '../rooms/strays.ts'
import type { LinkSwitch } from '../rooms/links.ts'
import type { RejoinAccessSwitch } from './rejoin-access.ts'

/** The verbs of a PBX that rejoining and links need. */
export function rejoinAccessOn (switchboard: Switchboard): RejoinAccessSwitch & LinkSwitch & StraySwitch {
  return {
    link: switchboard.linkRooms,
    async linked () {
      const ends = (await switchboard.livingChannels()).flatMap(({ channel, uniqueId }) => {
        const leaf = /^Local\/([\d-]+)@hotline-room-link/.exec(channel)?.[1]
        return leaf === undefined ? [] : [{ leaf, uniqueId }]
      })
      const byLeaf = Map.groupBy(ends, end => end.leaf)
      return new Map([...byLeaf].map(([leaf, of]) => [leaf, of.map(end => end.uniqueId)]))
    },
    hangUp: switchboard.hangup,
    lines: async () => (await switchboard.livingChannels()).map(channel => channel.uniqueId),
    inRoom: switchboard.roomMembers,
    roomNames: switchboard.roomNames,
    async moveInto (channel, seat) {
      for (const name of keysOf(seat)) await switchboard.setVariable(channel, name, seat[name] ?? '')
      await switchboard.redirect(channel, { context: 'hotline-room' })
    },
    async endRooms (prefix) {
      const rooms = (await switchboard.roomNames()).filter(name => name.startsWith(`${prefix}-`))
      const members = await Promise.all(rooms.map(switchboard.roomMembers))
      await Promise.all(members.flat().map(async m => { await switchboard.hangup(m.uniqueId) }))
    }
  }
}
