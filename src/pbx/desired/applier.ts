import type { Logger } from 'pino'
import type { Database } from '../../db/database.ts'
import type { Sealing } from '../../db/sealing.ts'
import { isPbxAway } from '../../domain/errors.ts'
import { createPump } from '../../queue/pump.ts'
import { createPbxIncludes, isOfFiles, type PbxIncludesWriter } from '../includes.ts'
import type { Switchboard } from '../switchboard.ts'
import { desiredChannel } from './desired.ts'
import { changesBetween, newestRevision, numberChanges, saveApplied, standingValues, type DesiredRow } from './desired-store.ts'
import { sendEntries, type EntryStep } from './entries.ts'
import { differences } from './rules/differences.ts'
import { lacksAfter, type Lack } from './rules/standing.ts'
import { entryFamilies, type EntryFamily } from './sections.ts'

export interface DesiredApplierOptions {
  node: string
  /** where the PBX reads its includes; null: others keep its files */
  includesDir: string | null
  switchboard: Pick<Switchboard, 'dbPut' | 'dbDelete' | 'dbTree' | 'reload'>
  db: Database
  sealing: Sealing
  log: Logger
}

/** Gives one PBX the desired state. Two of them at one PBX end alike: each gives it every change in order. */
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

interface State extends Omit<DesiredApplierOptions, 'includesDir'> {
  includes: PbxIncludesWriter | null
  /** everything up to here was given to the PBX */
  revision: number
  lacks: Lack[]
  /** nobody knows what the PBX has */
  compare: boolean
  /** when refused entries are tried again; null: there are none */
  againAt: number | null
  saved: string
}

export function createDesiredApplier ({ includesDir, ...options }: DesiredApplierOptions): DesiredApplier {
  const { node, switchboard, db, log } = options
  const state: State = {
    ...options,
    includes: includesDir === null ? null : createPbxIncludes({ includesDir, reload: switchboard.reload }),
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
    // It is compared after the next login.
    if (isPbxAway(error)) return false
    throw error
  }
}

interface Opened { family: string, key: string, value: string | null, name: string }

/** Rows in the clear; one sealed under another key is lacking. */
function opened ({ sealing }: State, rows: readonly DesiredRow[]): { values: Opened[], lacks: Lack[] } {
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

const isEntryFamily = (section: string): section is EntryFamily => entryFamilies.some(family => family === section)

const stepsOf = (values: readonly Opened[]): EntryStep[] =>
  values.flatMap(({ family, ...entry }) => isEntryFamily(family) ? [{ family, ...entry }] : [])

/** @returns what could not be written. @throws DomainError `pbx-unavailable` when written and not reloaded */
async function writeFiles (state: State, values: readonly Opened[]): Promise<Lack[]> {
  const { includes, node, log } = state
  const [files] = values.filter(({ family, value }) => family === 'files' && value !== null)
  if (includes === null || files === undefined) return []
  try {
    return await includes.apply(files.value ?? '')
  } catch (error) {
    if (isPbxAway(error)) throw error
    // A full disk, for example: the entries are in force meanwhile.
    log.error({ err: error, node }, 'the files of the PBX cannot be written; tried again')
    return [notWritten]
  }
}

const notWritten: Lack = { section: 'files', key: 'files/exchange', why: 'not written' }
const needsAnother = (lacks: readonly Lack[]): number | null => lacks.length > 0 ? performance.now() + againMs : null

/** Gives the PBX the changes since its revision. */
async function follow (state: State): Promise<boolean> {
  const { db, node, switchboard } = state
  const newest = await newestRevision(db)
  if (newest <= state.revision) return false
  const rows = await changesBetween(db, node, state.revision, newest, chunk)
  const { values, lacks } = opened(state, rows)
  const refused = await sendEntries(switchboard, stepsOf(values))
  const files = await writeFiles(state, values)
  const before = rows.some(row => row.section === 'files') ? state.lacks.filter(lack => !isOfFiles(lack)) : state.lacks
  state.lacks = lacksAfter(before, rows.map(row => ({ section: row.section, key: row.keyHash.toString('hex') })),
    [...lacks, ...refused, ...files])
  state.againAt = needsAnother([...refused, ...files.filter(lack => lack === notWritten)]) ?? state.againAt
  state.revision = rows.length < chunk ? newest : rows.at(-1)?.revision ?? newest
  return rows.length === chunk
}

/** Makes the PBX have what it should, whatever it has. */
async function compareAll (state: State): Promise<boolean> {
  const { db, switchboard } = state
  state.compare = false
  const revision = await newestRevision(db)
  // The files first: without a link they are written all the same.
  const files = await writeFiles(state, (await everything(state, true)).values)
  const present = new Map<EntryFamily, Map<string, string>>()
  for (const family of entryFamilies) present.set(family, await switchboard.dbTree(family))
  // After the lists: another applier may have given the PBX a change since.
  const { values, lacks } = await everything(state, false)
  const refused = await putRight(state, present, { values, lacks })
  state.lacks = [...lacks, ...files, ...refused]
  state.againAt = needsAnother([...refused, ...files.filter(lack => lack === notWritten)])
  state.revision = revision
  return false
}

/** @returns what the PBX refused */
async function putRight (
  { node, switchboard, log }: State, present: ReadonlyMap<EntryFamily, Map<string, string>>, { values, lacks }: ReturnType<typeof opened>
): Promise<Lack[]> {
  const byFamily = Map.groupBy(values, value => value.family)
  const steps = [...present].flatMap(([family, entries]) => {
    const mine = byFamily.get(family) ?? []
    const names = new Map(mine.map(({ key, name }) => [key, name]))
    const desired = new Map(mine.map(({ key, value }) => [key, value ?? '']))
    const { put, surplus } = differences(desired, entries, !lacks.some(lack => lack.section === family))
    return [
      ...put.map(([key, value]): EntryStep => ({ family, key, value, name: names.get(key) ?? '' })),
      ...surplus.map((key): EntryStep => ({ family, key, value: null, name: '' }))
    ]
  })
  if (steps.length > 0) log.info({ node, entries: steps.length }, 'the PBX is given what it lacked, and freed of what was too much')
  return await sendEntries(switchboard, steps)
}

async function everything (state: State, filesAlone: boolean): Promise<ReturnType<typeof opened>> {
  const all: ReturnType<typeof opened> = { values: [], lacks: [] }
  for (let after: Buffer = Buffer.alloc(0); ;) {
    const rows = await standingValues(state.db, state.node, { after, limit: chunk, filesAlone })
    const { values, lacks } = opened(state, rows)
    all.values.push(...values)
    all.lacks.push(...lacks)
    if (rows.length < chunk) return all
    after = rows.at(-1)?.keyHash ?? after
  }
}

/** Where the PBX stands; written when it has changed. */
async function save (state: State): Promise<void> {
  const { db, node, revision, lacks } = state
  const now = JSON.stringify([revision, lacks])
  if (now === state.saved) return
  await saveApplied(db, node, revision, lacks)
  state.saved = now
}
