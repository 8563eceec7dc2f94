import type { Database, Tx } from '../../db/database.ts'
import { bind } from '../../domain/bind.ts'
import { DomainError } from '../../domain/errors.ts'
import { newId } from '../../domain/ids.ts'
import { legPriority } from '../../domain/telephone/legs.ts'
import type { PhoneNumber } from '../../domain/telephone/phone-number.ts'
import type { Sweep } from '../../queue/alarms.ts'
import type { Dialler } from '../dialler-types.ts'
import { lastTrials, trialsWaiting } from './trial-store.ts'
import { lockAllTrunks } from './trunk-store.ts'

export interface TrialsOptions {
  db: Database
  dialler: Pick<Dialler, 'request' | 'cancel'>
}

/** A trial call waits so long for a free channel, ms. */
const waitMs = 60_000

/**
 * Rings a number over one trunk: "press 1, hold 5". Needs no other; what comes of it stands with the trunk.
 * @throws DomainError `not-found`, `trunk-is-off`, `already-calling` while one of this trunk runs, and what a call by hand is refused with
 */
async function start (
  { dialler }: TrialsOptions, tx: Tx, trunkId: string, number: PhoneNumber
): Promise<{ requestId: string }> {
  const trunk = (await lockAllTrunks(tx)).find(one => one.id === trunkId)
  if (!trunk) throw new DomainError('not-found', 'there is no such trunk')
  if (!trunk.enabled || trunk.direction === 'in') throw new DomainError('trunk-is-off', 'no call goes out by this trunk')
  const last = (await lastTrials(tx)).find(one => one.trunkId === trunkId)
  if (last?.running) throw new DomainError('already-calling', 'a trial call goes over this trunk already')
  const [request] = await dialler.request(tx, {
    key: `trial:${newId()}`,
    purpose: 'trial',
    priority: legPriority.manual,
    subject: `trial:${trunkId}`,
    numbers: [number],
    attempts: 1,
    gapSeconds: 0,
    ringSeconds: 40,
    talkSeconds: 60,
    script: { name: 'trial', variables: {} },
    trunk: trunkId
  })
  if (!request) throw new Error('a trial call was not asked for')
  return request
}

/** A trial call that finds no free channel is given up: the administrator waits for it. */
const sweep = ({ db, dialler }: TrialsOptions): Sweep => ({
  name: 'trial calls that wait',
  pace: 'ordinary',
  async run (now) {
    const before = new Date(now.getTime() - waitMs)
    if ((await trialsWaiting(db, before)).length === 0) return
    await db.tx(async tx => { await dialler.cancel(tx, await trialsWaiting(tx, before), 'no-channel') })
  }
})

export const createTrials = (options: TrialsOptions) => ({ ...bind(options, { start }), sweep: sweep(options) })
export type Trials = ReturnType<typeof createTrials>
