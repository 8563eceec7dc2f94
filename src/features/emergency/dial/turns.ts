import type { Database } from '../../../db/database.ts'
import { bind } from '../../../domain/bind.ts'
import type { EmergencyStore } from '../emergency-store.ts'
import type { Dialling } from './dialling.ts'

export interface TurnsOptions {
  db: Database
  store: EmergencyStore
  dialling: Pick<Dialling, 'advance'>
  onError: (error: unknown) => void
}

export type Turns = ReturnType<typeof createTurns>

/** Dials on where a turn is over and no row has said so; an incident in which that fails holds up no other. */
async function passDue ({ db, store, dialling, onError }: TurnsOptions, now: Date): Promise<void> {
  for (const { id } of await store.stalled(db, now)) {
    await db.tx(async tx => {
      const { incident, members } = await store.whole(tx, id)
      await dialling.advance(tx, incident, members)
    }).catch(onError)
  }
}

/** Turns of a dial one after another that the journal does not end. */
export const createTurns = (context: TurnsOptions) => bind(context, { passDue })
