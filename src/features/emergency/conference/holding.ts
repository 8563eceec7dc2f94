import type { Database } from '../../../db/database.ts'
import { bind } from '../../../domain/bind.ts'
import type { EmergencyStore } from '../emergency-store.ts'
import type { ConferenceSwitch } from './conference.ts'

export interface HoldingOptions {
  db: Database
  store: Pick<EmergencyStore, 'selfMutedOn'>
  /** the conference verbs of a PBX */
  switchOn: (node: string) => Pick<ConferenceSwitch, 'stifle'>
  onError: (error: unknown) => void
}

export type Holding = ReturnType<typeof createHolding>

interface Held { uniqueId: string, channel: string, on: boolean }

async function stifleHeld ({ db, store, switchOn }: HoldingOptions, node: string, held: Held): Promise<void> {
  const selfMuted = await store.selfMutedOn(db, held.uniqueId)
  if (selfMuted !== null && (held.on || !selfMuted)) await switchOn(node).stifle(held.channel, held.on)
}

/** As a PBX reports it: a party on the trunk put us on hold, or took us back. */
function onHold (context: HoldingOptions, node: string, held: Held): void {
  stifleHeld(context, node, held).catch(context.onError)
}

/**
 * A member who puts us on hold would let everybody hear the hold music. The line is muted meanwhile, and afterwards the member
 * is heard as before. Members silenced by the chair or by themselves stay silent.
 */
export const createHolding = (context: HoldingOptions) => bind(context, { onHold })
