import type { Database } from '../../../db/database.ts'
import type { ConferenceSwitch } from './conference.ts'

export type Holding = ReturnType<typeof createHolding>

/**
 * A member who puts us on hold would let everybody hear the hold music. The line is muted meanwhile, and afterwards the member
 * is heard as before. Members silenced by the chair or by themselves stay silent.
 */
export function createHolding ({ db, switchOn, onError }: {
  db: Database,
  /** the conference verbs of a PBX */
  switchOn: (node: string) => Pick<ConferenceSwitch, 'stifle'>,
  onError: (error: unknown) => void
}) {
  return {
    /** As a PBX reports it: a party on the trunk put us on hold, or took us back. */
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
