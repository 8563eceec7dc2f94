import { isLegId } from '../../domain/ids.ts'
import { callerNumber } from '../../domain/telephone/phone-number.ts'
import type { JournalHandler } from '../../pbx/pbx-event.ts'
import { mayRingBack, type KnownOptions } from './blocks-known.ts'
import { blockedAmongRung } from './blocking-store.ts'

/** Never for ring-backs of our own calls: a person we ring may ring back. */
export const blockingEvents = (context: KnownOptions): JournalHandler => ({
  name: 'blocking',
  async handle (tx, events) {
    const { sealing, clock } = context
    const legIds = events.filter(e => e.kind === 'chan-start' && isLegId(e.uniqueId)).map(e => e.uniqueId)
    const byHand = events.flatMap(e => e.kind === 'user' && e.name === 'LD_OUTSIDE' ? callerNumber(e.data.number) ?? [] : [])
    if (legIds.length + byHand.length === 0) return
    const rung = { legIds, hashes: byHand.flatMap(number => sealing.fingerprints(number)) }
    const numbers = await blockedAmongRung(tx, rung, clock.now())
    mayRingBack(context, tx, numbers.map(sealed => sealing.openNumber(sealed)))
  }
})
