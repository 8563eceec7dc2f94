import type { Database, Tx } from '../../../db/database.ts'
import type { Sweep } from '../../../queue/alarms.ts'
import type { Dialling } from '../dial/dialling.ts'
import type { EmergencyStore } from '../emergency-store.ts'

/** Longest ringing of a coordinator's own telephone, whatever was heard of it, ms. */
const longestRingMs = 60_000

export type ChairTelephones = ReturnType<typeof createChairTelephones>

/** Ends the ringing of coordinators' own telephones that were not answered: no row stays "ringing" for ever. */
export function createChairTelephones ({ db, store, dialling }: {
  db: Database,
  store: EmergencyStore,
  dialling: Pick<Dialling, 'announce'>
}) {
  async function letGo (tx: Tx, which: Parameters<EmergencyStore['ringingChairs']>[1], at: Date): Promise<void> {
    for (const { incident, chair } of await store.ringingChairs(tx, which)) {
      chair.state = 'waiting'
      chair.state_at = at
      store.saveMembers(tx, [chair])
      store.record(tx, [{ incidentId: incident.id, memberId: chair.id, legId: chair.leg_id, at, kind: 'chair-not-answered', actor: 'pbx' }])
      await dialling.announce(tx, incident, [chair])
    }
  }

  return {
    /** These legs are over. */
    ended: async (tx: Tx, legIds: readonly string[], at: Date): Promise<void> => { await letGo(tx, { legIds }, at) },

    /** A telephone that vanished while being rung writes no row of the journal. */
    sweep: {
      name: 'emergency-chairs',
      pace: 'emergency',
      async run (now) { await db.tx(async tx => { await letGo(tx, { since: new Date(now.getTime() - longestRingMs) }, now) }) }
    } satisfies Sweep as Sweep
  }
}
