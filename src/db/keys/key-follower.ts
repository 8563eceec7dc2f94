import { setTimeout as pause } from 'node:timers/promises'
import type { Logger } from 'pino'
import type { DataKey } from '../../domain/data-key.ts'
import type { Database } from '../database.ts'
import { keyPrint, type KeyRing } from '../sealing.ts'
import { dataKeys, deleteHolder, saveHolder, type DataKeyRow } from './data-key-store.ts'
import { writingKey } from './rules/may-use.ts'

export interface KeyFollowerOptions {
  db: Database
  ring: KeyRing
  /** every key but the installation's own, from where their bytes are kept. @throws Error when that cannot be understood */
  readKeys: () => readonly DataKey[]
  /** of this process, among all that are at work */
  process: string
  /** between two looks, ms */
  paceMs: number
  /** after each look: `moving` while earlier values are moved to the writing key */
  after?: (moving: boolean) => Promise<void>
  log: Pick<Logger, 'error' | 'warn'>
}

/** Keeps a process to the keys of the rows: which it reads, and which writes. */
export interface KeyFollower {
  /** Looks once. @throws Error when the key that writes is not at hand: the process would write what nobody looks for */
  once: () => Promise<void>
  /** `lacks`: ids that the rows name and this process has not. `moving`: earlier values go to the key that writes */
  status: () => { lacks: readonly number[], moving: boolean }
  start: () => void
  stop: () => Promise<void>
}

interface State extends KeyFollowerOptions {
  keys: readonly DataKey[]
  lacks: readonly number[]
  moving: boolean
  /** it has said which keys it holds */
  spoke: boolean
  ended: AbortController
  /** the last error in the log: once is enough */
  said: string
}

export function createKeyFollower (options: KeyFollowerOptions): KeyFollower {
  const state: State = { ...options, keys: [], lacks: [], moving: false, spoke: false, ended: new AbortController(), said: '' }
  let running = Promise.resolve()
  return {
    once: async () => { await look(state) },
    status: () => ({ lacks: state.lacks, moving: state.moving }),
    start () { running = rounds(state) },
    async stop () {
      state.ended.abort()
      await running
      // With the database away it is missed after a while, as one that was killed.
      if (state.spoke) await deleteHolder(state.db, state.process).catch(() => {})
    }
  }
}

async function rounds (state: State): Promise<void> {
  for (const { signal } = state.ended; !signal.aborted;) {
    try {
      await look(state)
      state.said = ''
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error)
      if (text !== state.said && !signal.aborted) state.log.error({ err: error }, 'the data keys cannot be followed')
      state.said = text
    }
    await pause(state.paceMs, undefined, { signal }).catch(() => {})
  }
}

async function look (state: State): Promise<void> {
  const { db, ring, process, after } = state
  const rows = (await dataKeys(db)).filter(row => row.state !== 'gone')
  hold(state, rows)
  const writes = writingKey(rows)
  if (writes !== ring.writes()) ring.writeUnder(writes)
  if (rows.some(row => row.state === 'waiting')) {
    state.spoke = true
    await saveHolder(db, process, ring.held())
  }
  state.moving = rows.some(row => row.state === 'writes' && row.movedAt === null)
  await after?.(state.moving)
}

/** Holds those keys whose bytes are at hand and are the right ones. */
function hold (state: State, rows: readonly DataKeyRow[]): void {
  const { ring, readKeys, log } = state
  const wanted = rows.map(row => row.id)
  const held = ring.held()
  if (wanted.every(id => held.includes(id)) && wanted.length === held.length - 1) return
  const kept = readKeys()
  const right = kept.filter(key => rows.some(row => row.id === key.id && row.print.equals(keyPrint(key))))
  // A key once held stays, whatever becomes of its file.
  state.keys = wanted.flatMap(id => state.keys.find(key => key.id === id) ?? right.find(key => key.id === id) ?? [])
  ring.hold(state.keys)
  const lacks = wanted.filter(id => !state.keys.some(key => key.id === id))
  if (String(lacks) !== String(state.lacks) && lacks.length > 0) {
    const wrong = lacks.filter(id => kept.some(key => key.id === id))
    log.warn({ lacks, wrong }, 'a data key of the service is not at hand: bring this process the file of the others')
  }
  state.lacks = lacks
}
