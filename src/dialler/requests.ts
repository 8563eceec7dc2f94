import type { Tx } from '../db/database.ts'
import type { Sealing } from '../db/sealing.ts'
import { dueAt, type Clock } from '../domain/time/clock.ts'
import { bind } from '../domain/bind.ts'
import { DomainError } from '../domain/errors.ts'
import { newId } from '../domain/ids.ts'
import { legPriority, type LegPurpose } from '../domain/telephone/legs.ts'
import { withoutExtension } from '../domain/telephone/phone-number.ts'
import { variables as contractVariables } from '../pbx/contract.ts'
import { variablesOf } from '../pbx/verbs/checked.ts'
import type { Alarms } from '../queue/alarms.ts'
import { declinedHashes } from './permission/declined-store.ts'
import type { DialRequest, LegEvent, LegListener, WaitingMove } from './dialler-types.ts'
import { tell } from './legs/leg-facts.ts'
import type { UnwantedLeg } from './legs/hanging-up.ts'
import { isAutomated } from './legs/rules/purposes.ts'
import { checkWindows } from '../calendar/rules/allowed-hours.ts'
import { wantHangup } from './dialler-store.ts'
import type { DialPermission } from './permission/dial-permission.ts'
import { whoDials } from './permission/rules/dial-permission.ts'
import {
  cancelRequests, dueNow, keepRequests, lockLegsOf, lockUnfinished, moveRequests, moveWaitingRequests, type RequestRow
} from './request-store.ts'

export interface RequestsOptions {
  sealing: Sealing
  clock: Clock
  alarms: Alarms
  listeners: ReadonlyMap<LegPurpose, LegListener>
  permission: DialPermission
  wake: () => void
  /** places the first of them in the same transaction */
  placeWithin: (tx: Tx, requests: number) => Promise<void>
  hangUp: (legs: readonly UnwantedLeg[]) => void
  /** why no leg may be placed at all just now */
  refusal: (tx: Tx) => Promise<'trunk-not-loopback' | null>
}

const whole = (name: string, value: number, min: number, max: number): void => {
  if (!Number.isInteger(value) || value < min || value > max) {
    throw new DomainError('invalid-input', `${name} must be a whole number from ${min} to ${max}`)
  }
}

/** @throws DomainError when the request could never be carried out */
function check (request: DialRequest): void {
  if (request.numbers.length === 0) throw new DomainError('nobody-to-dial', 'there is no number to dial')
  if (request.key === '' || request.key.length > 200) {
    throw new DomainError('invalid-input', 'a request needs a key of at most 200 characters')
  }
  whole('attempts', request.attempts, 1, 10)
  whole('gapSeconds', request.gapSeconds, 0, 7 * 86_400)
  whole('ringSeconds', request.ringSeconds, 1, 300)
  whole('talkSeconds', request.talkSeconds, 1, 86_400)
  whole('numbers', request.numbers.length, 1, 20)
  checkWindows(request.windows ?? '')
  variablesOf(request.script.variables)
  if (Object.keys(request.script.variables).some(name => !(name in contractVariables))) {
    throw new DomainError('invalid-input', 'a script sets only the variables of the contract')
  }
}

/** Numbers whose owners declined automated calls. */
async function declined ({ sealing }: RequestsOptions, tx: Tx, requests: readonly DialRequest[]): Promise<Set<string>> {
  const numbers = [...new Set(requests.filter(r => isAutomated(r.purpose)).flatMap(r => r.numbers))]
  const hashed = numbers.flatMap(number => sealing.fingerprints(number).map(hash => ({ number, hash })))
  const hashes = await declinedHashes(tx, hashed.map(h => h.hash))
  return new Set(hashed.filter(h => hashes.has(h.hash.toString('hex'))).map(h => h.number))
}

/** @throws DomainError `trunk-not-loopback`, or why one of the numbers may not be dialled */
async function mustBePermitted ({ refusal, permission }: RequestsOptions, tx: Tx, requests: readonly DialRequest[]): Promise<void> {
  // A person at the screen learns at once that nothing will be dialled; automated requests wait until dialling is possible.
  const refused = requests.some(r => r.priority < legPriority.automated) ? await refusal(tx) : null
  if (refused) throw new DomainError(refused, 'while sample people are loaded, only a trunk on loopback is used')
  const forbidden = await permission.now(tx)
  for (const { numbers, priority } of requests) {
    for (const number of numbers) {
      const why = forbidden(number, whoDials(priority))
      if (why) throw why
    }
  }
}

/** The row of a request; an automated one leaves out `unwilling` numbers. @throws DomainError `declined-calls` */
function rowOf ({ sealing }: RequestsOptions, r: DialRequest, unwilling: ReadonlySet<string>, now: Date): RequestRow {
  const numbers = r.numbers.filter(number => !isAutomated(r.purpose) || !unwilling.has(number)).map(withoutExtension)
  if (numbers.length === 0) throw new DomainError('declined-calls', 'the owner of the number has declined automated calls')
  return {
    id: newId(),
    key: r.key,
    purpose: r.purpose,
    priority: r.priority,
    ordering: r.order ?? 0,
    subject: r.subject,
    sealed: sealing.sealNumbers(numbers),
    count: numbers.length,
    attempts: r.attempts,
    gap: r.gapSeconds,
    ring: r.ringSeconds,
    talk: r.talkSeconds,
    script: JSON.stringify(r.script),
    windows: r.windows ?? '',
    node: r.node ?? null,
    trunk: r.trunk ?? null,
    next: dueAt(now, r.notBefore)
  }
}

async function request (context: RequestsOptions, tx: Tx, ...requests: DialRequest[]): Promise<Array<{ requestId: string }>> {
  if (requests.length === 0) return []
  requests.forEach(check)
  await mustBePermitted(context, tx, requests)
  const unwilling = await declined(context, tx, requests)
  const now = context.clock.now()
  const rows = requests.map(r => rowOf(context, r, unwilling, now))
  const ids = await keepRequests(tx, rows, now)
  const later = rows.filter(row => row.next > now && ids.get(row.key) === row.id)
  if (later.length > 0) {
    await context.alarms.set(
      tx,
      ...later.map(row => ({ family: 'dial' as const, id: `dial-${row.id}-1`, at: row.next, payload: { requestId: row.id } }))
    )
  }
  // An emergency waits for no second transaction.
  if (requests.some(r => r.priority === legPriority.emergency)) await context.placeWithin(tx, requests.length)
  tx.afterCommit(context.wake)
  return rows.map(row => ({ requestId: ids.get(row.key) ?? row.id }))
}

function dialNow ({ clock, wake }: RequestsOptions, tx: Tx, requestIds: readonly string[]): void {
  dueNow(tx, requestIds, clock.now())
  tx.afterCommit(wake)
}

async function cancel (
  { clock, listeners, hangUp }: RequestsOptions,
  tx: Tx,
  requestIds: readonly string[],
  reason: string,
  hangUpAnswered = false
): Promise<void> {
  const now = clock.now()
  const requests = await lockUnfinished(tx, requestIds)
  if (requests.length === 0) return
  const waiting = requests.filter(r => r.state === 'waiting')
  const dialling = requests.filter(r => r.state === 'dialling')
  cancelRequests(tx, requests.map(r => r.id), reason, now)
  if (dialling.length > 0) {
    const legs = await lockLegsOf(tx, dialling.map(r => r.id), hangUpAnswered)
    wantHangup(tx, legs.map(leg => leg.legId), { answered: hangUpAnswered })
    tx.afterCommit(() => { hangUp(legs.map(leg => ({ ...leg, evenAnswered: hangUpAnswered }))) })
  }
  await tell(tx, listeners, waiting.map(r => {
    const event: LegEvent = {
      subject: r.subject,
      requestId: r.id,
      legId: '',
      attempt: r.attempt,
      at: now,
      kind: 'finished',
      outcome: r.outcome ?? 'cancelled',
      tried: r.tried,
      takenBack: true
    }
    return { purpose: r.purpose, event }
  }))
}

async function moveTo ({ wake }: RequestsOptions, tx: Tx, requestIds: readonly string[], node: string): Promise<void> {
  if (requestIds.length === 0) return
  moveRequests(tx, requestIds, node)
  tx.afterCommit(wake)
}

async function moveWaiting ({ wake }: RequestsOptions, tx: Tx, moves: readonly WaitingMove[]): Promise<ReadonlySet<string>> {
  const moved = await moveWaitingRequests(tx, moves)
  if (moved.size > 0) tx.afterCommit(wake)
  return moved
}

/** Requests to dial, now or later, and their cancellation. */
export function createRequests (context: RequestsOptions) {
  return bind(context, { request, dialNow, cancel, moveTo, moveWaiting })
}
