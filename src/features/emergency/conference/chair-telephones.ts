import type { Database, Tx } from '../../../db/database.ts'
import { bind } from '../../../domain/bind.ts'
import type { Dialling } from '../dial/dialling.ts'
import type { EmergencyStore } from '../emergency-store.ts'

/** Longest ringing of a coordinator's own telephone, whatever was heard of it, ms. */
const maxRingMs = 60_000

export interface ChairTelephonesOptions {
  db: Database
  store: EmergencyStore
  dialling: Pick<Dialling, 'announce'>
}

export type ChairTelephones = ReturnType<typeof createChairTelephones>

async function letGo (
  { store, dialling }: ChairTelephonesOptions,
  tx: Tx,
  which: Parameters<EmergencyStore['ringingChairs']>[1],
  at: Date
): Promise<void> {
  for (const { incident, chair } of await store.ringingChairs(tx, which)) {
    chair.state = 'waiting'
    chair.state_at = at
    store.saveMembers(tx, [chair])
    store.record(tx, [{ incidentId: incident.id, memberId: chair.id, legId: chair.leg_id, at, kind: 'chair-not-answered', actor: 'pbx' }])
    await dialling.announce(tx, incident, [chair])
  }
}

/** These legs are over. */
async function ended (context: ChairTelephonesOptions, tx: Tx, legIds: readonly string[], at: Date): Promise<void> {
  await letGo(context, tx, { legIds }, at)
}

/** A telephone that vanished while being rung writes no row of the journal. */
async function letGoUnheard (context: ChairTelephonesOptions, now: Date): Promise<void> {
  await context.db.tx(async tx => { await letGo(context, tx, { since: new Date(now.getTime() - maxRingMs) }, now) })
}

/** Ends the ringing of coordinators' own telephones that were not answered: no row stays "ringing" for ever. */
export const createChairTelephones = (context: ChairTelephonesOptions) => bind(context, { ended, letGoUnheard })
