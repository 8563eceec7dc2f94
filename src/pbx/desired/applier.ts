import type { Logger } from 'pino'
import type { Database } from '../../db/database.ts'
import type { Sealing } from '../../db/sealing.ts'
import { isPbxAway } from '../../domain/errors.ts'
import { createPump } from '../../queue/pump.ts'
import type { Switchboard } from '../switchboard.ts'
import { desiredChannel } from './desired.ts'
import { changesBetween, newestRevision, numberChanges, saveApplied, standingValues, type DesiredRow } from './desired-store.ts'
import { entriesTo, filesTo, type EntryPbx, type Giver, type Known } from './givers.ts'
import { lacksAfter, type Lack } from './rules/standing.ts'
import type { DesiredPart } from './sections.ts'

interface Shared {
  node: string
  db: Database
  sealing: Sealing
  log: Logger
}

/** `includesDir`: where the PBX reads its includes */
export type DesiredApplierOptions = Shared &
  ({ part: 'entries', switchboard: EntryPbx } | { part: 'files', includesDir: string, reload: Switchboard['reload'] })

/** Gives one PBX one part of the desired state. Two of them for one part of a PBX end alike: each gives it every change in order. */
export interface DesiredApplier {
  /** After each login to the PBX: everything is compared with what it has. Resolves when that is done, or failed and repeated later. */
  exchangeIsUp: () => Promise<void>
  /** Resolves when everything committed before has been tried. */
  settled: () => Promise<void>
  stop: () => Promise<void>
}

/** Rows numbered, read or applied at once. */
const chunk = 1000
/** A change is looked for without a wake at this pace, ms. */
const pollMs = 1000
/** What the PBX refused is tried again after this time, ms. */
const againMs = 30_000
const needsAnother = (lacks: readonly Lack[]): number | null => lacks.length > 0 ? performance.now() + againMs : null

interface State extends Shared {
  part: DesiredPart
  give: Giver
  /** everything up to here was given to the PBX */
  revision: number
  lacks: Lack[]
  /** nobody knows what the PBX has */
  compare: boolean
  /** when refused entries are tried again; null: there are none */
  againAt: number | null
  saved: string
}

export function createDesiredApplier (options: DesiredApplierOptions): DesiredApplier {
  const { node, part, db, sealing, log } = options
  const state: State = {
    node,
    part,
    db,
    sealing,
    log,
    give: options.part === 'entries' ? entriesTo(options) : filesTo(options),
    revision: 0,
    lacks: [],
    compare: true,
    againAt: null,
    saved: ''
  }
  const pump = createPump({ name: `desired state of ${node}`, work: async () => await work(state), pollMs, log })
  const listening = db.listen(desiredChannel, pump.wake)
  return {
    async exchangeIsUp () {
      state.compare = true
      pump.wake()
      await pump.settled()
    },
    async settled () {
      pump.wake()
      await pump.settled()
    },
    async stop () {
      await pump.stop()
      await (await listening)()
    }
  }
}

/** @returns whether there is more to do at once */
async function work (state: State): Promise<boolean> {
  const numbered = await numberChanges(state.db, chunk)
  const due = state.againAt !== null && performance.now() > state.againAt
  try {
    const more = state.compare || due ? await compareAll(state) : await follow(state)
    await save(state)
    return more || numbered === chunk
  } catch (error) {
    state.compare = true
    // It is compared after the next login. Files that were written and never read must not count as kept by others.
    if (isPbxAway(error) && state.part === 'files') await save(state)
    if (isPbxAway(error)) return false
    throw error
  }
}

/** Rows in the clear; one sealed under another key is lacking. */
function opened ({ sealing }: State, rows: readonly DesiredRow[]): Known {
  const lacks: Lack[] = []
  const values = rows.flatMap(({ keyHash, section, keySealed, valueSealed }) => {
    const name = keyHash.toString('hex')
    try {
      return [{ family: section, key: sealing.open(keySealed), value: valueSealed && sealing.open(valueSealed), name }]
    } catch {
      lacks.push({ section, key: name, why: 'sealed otherwise' })
      return []
    }
  })
  return { values, lacks }
}

/** Gives the PBX the changes since its revision. */
async function follow (state: State): Promise<boolean> {
  const { db, node, part } = state
  const newest = await newestRevision(db)
  if (newest <= state.revision) return false
  const rows = await changesBetween(db, { node, part, after: state.revision, upTo: newest, limit: chunk })
  // Files are few, and what is lacking in one must not be forgotten for a change of another.
  if (part === 'files' && rows.length > 0) return await compareAll(state)
  const { values, lacks } = opened(state, rows)
  const refused = await state.give.changes(values)
  const tried = rows.map(row => ({ section: row.section, key: row.keyHash.toString('hex') }))
  state.lacks = lacksAfter(state.lacks, tried, [...lacks, ...refused])
  state.againAt = needsAnother(refused) ?? state.againAt
  state.revision = rows.length < chunk ? newest : rows.at(-1)?.revision ?? newest
  return rows.length === chunk
}

/** Makes the PBX have what it should, whatever it has. */
async function compareAll (state: State): Promise<boolean> {
  state.compare = false
  const revision = await newestRevision(state.db)
  let lacks: Lack[] = []
  const refused = await state.give.everything(async () => {
    const known = await everything(state)
    lacks = known.lacks
    return known
  })
  state.lacks = [...lacks, ...refused]
  state.againAt = needsAnother(refused)
  state.revision = revision
  return false
}

async function everything (state: State): Promise<Known> {
  const { db, node, part } = state
  const all: Known = { values: [], lacks: [] }
  for (let after: Buffer = Buffer.alloc(0); ;) {
    const rows = await standingValues(db, { node, part, after, limit: chunk })
    const { values, lacks } = opened(state, rows)
    all.values.push(...values)
    all.lacks.push(...lacks)
    if (rows.length < chunk) return all
    after = rows.at(-1)?.keyHash ?? after
  }
}

/** Where the PBX stands; written when it has changed. */
async function save (state: State): Promise<void> {
  const { db, node, part, revision, lacks } = state
  const now = JSON.stringify([revision, lacks])
  if (now === state.saved) return
  await saveApplied(db, { node, part, revision, lacks })
  state.saved = now
}
