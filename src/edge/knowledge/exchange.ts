import { watchForAnother, type AnotherProcess } from '../../db/another-process.ts'
import type { Database } from '../../db/database.ts'
import type { Sealing } from '../../db/sealing.ts'
import { bind } from '../../domain/bind.ts'
import { callerNumber, type PhoneNumber } from '../../domain/telephone/phone-number.ts'
import { within } from '../../domain/time/within.ts'
import type { CarrierHosts } from '../carrier-hosts.ts'
import type { EdgeLog } from '../edge-log.ts'
import { addRefusals, edgeBeats, forgetRefusals, saveBeat, type EdgeReport } from '../edge-store.ts'
import type { Knowledge, Known } from './knowledge.ts'
import { standingLimits } from '../limits/number-limit-store.ts'
import {
  conferencePlaces, cutOffPlaces, dutyLines, knownNodes, knownTrunks, linesOfTrunks, standingBlocks, unitTelephones
} from './knowledge-reads.ts'
import type { RefusalCounts } from '../refusal-counts.ts'
import { edgesAtWork } from '../rules/shares.ts'

export interface ExchangeOptions {
  db: Database
  /** of this edge */
  name: string
  sealing: Sealing
  prints: (number: PhoneNumber) => string[]
  knowledge: Pick<Knowledge, 'learn' | 'trunks'>
  hosts: CarrierHosts
  refused: RefusalCounts
  /** for the heart-beat */
  report: () => Omit<EdgeReport, 'another'>
  log: EdgeLog
}

interface Exchange extends ExchangeOptions {
  another: AnotherProcess
  closed: boolean
  draining: boolean
  failing: boolean
  /** the disk did not take it */
  unkept: boolean
  forgotAt: number
  /** of units' telephones as they are spelled; none: no number. Thousands read anew in a round would hold up calls */
  unitPrints: Map<string, string[]>
  timer: NodeJS.Timeout | undefined
}

/** How often the database is read and written, ms. */
const roundMs = 2000
/** Refusals are kept so long, days. */
const keptDays = 90
/** With a database that hangs, signing off ends after this time, ms. */
const signOffMs = 2000

/** Reads what changed in the database and writes what happened, round by round. No call waits for it. */
export function exchangeWithDatabase (options: ExchangeOptions): {
  start: () => void
  /** Writes what is left, and that this edge has no share any more. */
  signOff: () => Promise<void>
  stop: () => void
} {
  const state: Exchange = {
    ...options,
    // Each would take the whole share of both.
    another: watchForAnother(options.log, 'another edge of this name is at work: end it, or give it an EDGE_NAME of its own'),
    closed: false,
    draining: false,
    failing: false,
    unkept: false,
    forgotAt: -Infinity,
    unitPrints: new Map(),
    timer: undefined
  }
  return {
    ...bind(state, { signOff, stop }),
    start: () => { void rounds(state) }
  }
}

function printsOf (state: Exchange, spelled: readonly string[]): string[] {
  const printed = (text: string): string[] => {
    const number = callerNumber(text)
    return number === null ? [] : state.prints(number)
  }
  const before = state.unitPrints
  state.unitPrints = new Map(spelled.map(text => [text, before.get(text) ?? printed(text)]))
  return [...new Set([...state.unitPrints.values()].flat())].sort()
}

async function read (state: Exchange): Promise<Known> {
  const { db, name, sealing, prints, knowledge, hosts } = state
  const at = Date.now()
  const [blocks, members, cutOff, units, limits, duty, nodes, trunks, lines, beats] = await Promise.all([
    standingBlocks(db, new Date(at)), conferencePlaces(db), cutOffPlaces(db), unitTelephones(db), standingLimits(db), dutyLines(db),
    knownNodes(db), knownTrunks(db), linesOfTrunks(db), edgeBeats(db)
  ])
  return {
    blocks: blocks.map(({ numberHash, until, ringBackUntil }) =>
      ({ number: numberHash.toString('hex'), until: until.getTime(), ringBackUntil: ringBackUntil?.getTime() ?? 0 })),
    places: [
      ...members.flatMap(({ numbersSealed, node }) =>
        sealing.openNumbers(numbersSealed).flatMap(prints).map(number => ({ number, node, conference: true }))),
      ...cutOff.map(({ numberHash, node }) => ({ number: numberHash.toString('hex'), node, conference: false }))
    ],
    limits: limits.flatMap(({ numberHash, calls }) => numberHash === null ? [] : { number: numberHash.toString('hex'), calls }),
    callsPerNumber: limits.find(({ numberHash }) => numberHash === null)?.calls ?? null,
    unlimited: printsOf(state, units),
    dutyLines: duty,
    nodes,
    trunks: trunks?.map(({ host, sources, ...trunk }) => {
      const before = knowledge.trunks()?.find(one => one.name === trunk.name)?.networks ?? []
      return { ...trunk, networks: [...new Set([...hosts.addressesOf(host, before), ...sources])] }
    }) ?? null,
    lines,
    edges: edgesAtWork(beats.map(({ edge, ageMs, draining }) => ({ edge, at: at - ageMs, draining })), name, at)
  }
}

async function write (state: Exchange): Promise<void> {
  const { db, name, refused, draining, another } = state
  const report = { ...state.report(), another: another.isThere() }
  another.reported(await saveBeat(db, name, { by: another.by, draining, report }))
  const counts = refused.take()
  try {
    if (counts.length > 0) await addRefusals(db, name, counts)
  } catch (error) {
    refused.putBack(counts)
    throw error
  }
  if (performance.now() - state.forgotAt < 3_600_000) return
  await forgetRefusals(db, name, keptDays)
  state.forgotAt = performance.now()
}

/** It holds though the disk does not take it. */
async function learn (state: Exchange, known: Known): Promise<void> {
  try {
    await state.knowledge.learn(known)
    state.unkept = false
  } catch (error) {
    const why = error instanceof Error && 'code' in error ? String(error.code) : ''
    if (!state.unkept) state.log.warn({ why }, 'the disk does not take what the database says: a new start without it would not know')
    state.unkept = true
  }
}

async function round (state: Exchange): Promise<void> {
  const { log } = state
  try {
    await write(state)
    await learn(state, await read(state))
    if (state.failing) log.info({}, 'the database is read again')
    state.failing = false
  } catch (error) {
    // Once, not every round.
    if (!state.failing) log.warn({ error: error instanceof Error ? error.message : '' }, 'no database: decided by what was known last')
    state.failing = true
  }
}

async function rounds (state: Exchange): Promise<void> {
  await round(state)
  if (!state.closed) state.timer = setTimeout(() => { void rounds(state) }, roundMs)
}

async function signOff (state: Exchange): Promise<void> {
  state.draining = true
  await within(signOffMs, write(state)).catch(() => {})
}

function stop (state: Exchange): void {
  state.closed = true
  clearTimeout(state.timer)
}
