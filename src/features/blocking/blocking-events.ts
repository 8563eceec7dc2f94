import { isLegId } from '../../domain/ids.ts'
import { callerNumber } from '../../domain/telephone/phone-number.ts'
import type { JournalHandler } from '../../pbx/pbx-event.ts'
import { tellSoon, type TellingOptions } from './blocking-jobs.ts'
import { allowRingBacks } from './blocking-store.ts'
import { ringBackEnd } from './rules/block.ts'

/** Never for ring-backs of our own calls: a person we ring may ring back. */
export const blockingEvents = (context: TellingOptions): JournalHandler => ({
  name: 'blocking',
  async handle (tx, events) {
    const { sealing, clock } = context
    const now = clock.now()
    const legIds = events.filter(e => e.kind === 'chan-start' && isLegId(e.uniqueId)).map(e => e.uniqueId)
    const byHand = events.flatMap(e => e.kind === 'user' && e.name === 'LD_OUTSIDE' ? callerNumber(e.data.number) ?? [] : [])
    if (legIds.length + byHand.length === 0) return
    const rung = { legIds, hashes: byHand.map(number => sealing.fingerprint(number)) }
    if (await allowRingBacks(tx, rung, ringBackEnd(now), now)) tellSoon(context, tx)
  }
})
