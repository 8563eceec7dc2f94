import type { Database } from '../../../db/database.ts'
import { bind } from '../../../domain/bind.ts'
import { isPbxAway } from '../../../domain/errors.ts'
import type { EmergencyStore } from '../emergency-store.ts'
import type { ConferenceSwitch } from '../conference/conference.ts'
import { nodeOf, seated } from '../conference/seats.ts'

export interface VoicesOptions {
  db: Database
  store: Pick<EmergencyStore, 'roomsBehind' | 'caughtUp' | 'read' | 'members'>
  /** the verbs of a PBX node */
  switchOn: (node: string) => Pick<ConferenceSwitch, 'mute'>
  /** whether there is a link to this PBX */
  isUp: (node: string) => boolean
  onError: (error: unknown) => void
}

/** Mutes whom the roster says is muted, and gives all others their voices back, on PBXs that did not obey when it was asked of all. */
async function catchUp ({ db, store, switchOn, isUp, onError }: VoicesOptions): Promise<void> {
  for (const { incidentId, node } of await store.roomsBehind(db)) {
    const incident = isUp(node) ? await store.read(db, incidentId) : null
    if (incident === null) continue
    const members = await store.members(db, incidentId)
    const here = members.filter(m => m.in_room !== null && m.channel_name !== null && nodeOf(incident, m) === node)
    try {
      for (const member of here) {
        const { room, channel } = seated(member)
        await switchOn(node).mute(room, channel, member.muted)
      }
      await store.caughtUp(db, incidentId, node)
    } catch (error) {
      if (!isPbxAway(error)) onError(error)
    }
  }
}

/** Voices of members on PBXs that were away when everybody was muted. */
export const createVoices = (context: VoicesOptions) => bind(context, { catchUp })

export type Voices = ReturnType<typeof createVoices>
