import type { Database } from '../../../db/database.ts'
import type { ConferenceSwitch } from './conference.ts'

export type Holding = ReturnType<typeof createHolding>

/**
 * A member who puts us on hold would have his hold music heard by everybody: his line is stifled while he is away, and afterwards
 * he is heard as before. What the chair and he himself silenced stays silent.
 */
export function createHolding ({ db, switchOn, onError }: {
  db: Database,
  /** the conference verbs of a PBX */
  switchOn: (node: string) => Pick<ConferenceSwitch, 'stifle'>,
  onError: (error: unknown) => void
}) {
  return {
    /** As a PBX reports it: somebody on the trunk put us on hold, or took us back. */
    onHold (node: string, held: { uniqueId: string, channel: string, on: boolean }): void {
      const work = async (): Promise<void> => {
        const [member] = await db.query<{ self_muted: boolean }>('select self_muted from incident_member where channel_id = $1',
          [held.uniqueId])
        if (member && (held.on || !member.self_muted)) await switchOn(node).stifle(held.channel, held.on)
      }
      work().catch(onError)
    }
  }
}
