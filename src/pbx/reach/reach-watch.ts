import type { Logger } from 'pino'
import type { Database } from '../../db/database.ts'
import type { Sweep } from '../../queue/alarms.ts'
import type { PbxNode } from '../nodes.ts'
import { journalNodeLost } from './node-lost.ts'
import { saveHeard } from './reach-store.ts'
import { reachOf } from './rules/reach.ts'
import { answersOptions } from './sip-options.ts'

export interface ReachWatchOptions {
  db: Database
  nodes: { all: ReadonlyArray<Pick<PbxNode, 'name' | 'sip' | 'door' | 'isUp'>> }
  /** of the processes beside the PBXs: ms since each last wrote that it lives */
  processAges: () => Promise<ReadonlyMap<string, number>>
  log: Logger
}

/** When each side of a PBX was last heard, or its silence began to be counted; ms of performance.now() */
interface Heard {
  link: number
  process: number
  options: number
  /** the last real sign of life without a link */
  sign: number
}

interface Watching extends ReachWatchOptions {
  heard: Map<string, Heard>
  /** doors of PBXs that are being asked */
  asked: Set<string>
  lookedAt: number
  wroteAt: number
}

/** After a pause of so long we had stopped ourselves, and heard nothing because nobody listened. ms */
const stoppedMs = 3000
const writeEveryMs = 1000
const answerMs = 1000

/**
 * Watches every PBX, writes down which ones were heard, and says which one is lost. It does not trust its own ears: after a round that
 * failed, for want of the database, or that came late, all silences begin anew.
 */
export function createReachWatch (options: ReachWatchOptions): Sweep {
  const state: Watching = { ...options, heard: new Map(), asked: new Set(), lookedAt: -Infinity, wroteAt: -Infinity }
  return {
    name: 'reach of the PBXs',
    pace: 'emergency',
    async run (at) {
      const now = performance.now()
      if (now - state.lookedAt > stoppedMs) state.heard.clear()
      state.lookedAt = now
      try {
        await look(state, now, at)
      } catch (error) {
        state.heard.clear()
        throw error
      }
    }
  }
}

async function look (state: Watching, now: number, at: Date): Promise<void> {
  const { db, nodes, log } = state
  forgetThoseGone(state)
  const linked = nodes.all.filter(node => node.isUp())
  const silent = nodes.all.filter(node => !linked.includes(node))
  for (const { name } of linked) heardOf(state, name, now).link = now
  if (silent.length > 0) await listen(state, silent, now)
  if (now - state.wroteAt >= writeEveryMs) {
    const heard = silent.filter(({ name }) => heardOf(state, name, now).sign > state.wroteAt)
    await saveHeard(db, { linked: linked.map(node => node.name), heard: heard.map(node => node.name) })
    state.wroteAt = now
  }
  for (const { name, door } of silent) {
    const { link, process, options } = heardOf(state, name, now)
    const silence = { link: Math.max(1, now - link), process: door === null ? null : now - process, options: now - options }
    if (reachOf(silence, linked.length > 0) !== 'lost') continue
    const loss = { node: name, at, by: 'system', reason: 'its manager interface, the process beside it and its SIP port are silent' }
    if (await journalNodeLost(db, loss)) log.error({ node: name }, 'the PBX is lost: its calls are over, who waited there is rung back')
  }
}

function heardOf ({ heard }: Watching, node: string, now: number): Heard {
  let of = heard.get(node)
  if (of === undefined) heard.set(node, of = { link: now, process: now, options: now, sign: -Infinity })
  return of
}

/** A PBX that was removed is not silent since then when it is added again. */
function forgetThoseGone ({ heard, nodes }: Watching): void {
  const names = new Set(nodes.all.map(node => node.name))
  for (const name of heard.keys()) if (!names.has(name)) heard.delete(name)
}

/** Asks the silent ones at each door; the answers count in the next round. */
async function listen (state: Watching, silent: Watching['nodes']['all'], now: number): Promise<void> {
  const ages = await state.processAges()
  for (const { name, sip, door } of silent) {
    const heard = heardOf(state, name, now)
    const hear = (from: 'process' | 'options', moment: number): void => {
      heard[from] = Math.max(heard[from], moment)
      heard.sign = Math.max(heard.sign, moment)
    }
    hear('process', now - (ages.get(name) ?? Infinity))
    ask(state, `${name} options`, async () => { if (await answersOptions(sip, answerMs)) hear('options', performance.now()) })
    if (door !== null) {
      ask(state, `${name} process`, async () => {
        await door.state()
        hear('process', performance.now())
      })
    }
  }
}

/** One question at a time at each door: a silent one takes its time. */
function ask ({ asked }: Watching, door: string, question: () => Promise<void>): void {
  if (asked.has(door)) return
  asked.add(door)
  question().catch(() => {}).finally(() => { asked.delete(door) })
}
