import type { Database } from '../db/database.ts'
import type { HealthCheck } from '../domain/health-check.ts'
import { nodeStates, type NodeState } from './node-state-reads.ts'

export interface NodeHealthOptions {
  db: Database
  /** names of the PBXs beside which a node process stands */
  names: readonly string[]
  /** ms between two reports of a node process */
  sweepMs: number
}

/** A node process that has said nothing for so long is dead or hangs. ms */
const silentMs = (sweepMs: number): number => Math.max(10_000, 5 * sweepMs)

/** What the living node processes last said; of the silent ones only since when. */
export async function heardNodes (
  { db, names, sweepMs }: NodeHealthOptions
): Promise<{ living: NodeState[], silent: Array<{ node: string, seconds: number | null }> }> {
  const states = new Map((await nodeStates(db)).map(state => [state.node, state]))
  const known = names.map(node => ({ node, state: states.get(node) ?? null }))
  const lives = (state: NodeState | null): boolean => state !== null && state.ageMs < silentMs(sweepMs)
  return {
    living: known.flatMap(({ state }) => state !== null && lives(state) ? [state] : []),
    silent: known.filter(({ state }) => !lives(state))
      .map(({ node, state }) => ({ node, seconds: state === null ? null : Math.round(state.ageMs / 1000) }))
  }
}

/** The PBXs of which the process beside says that they run, whether or not we have a link to them. */
export async function runningPbxs (options: NodeHealthOptions): Promise<ReadonlySet<string>> {
  return new Set((await heardNodes(options)).living.flatMap(({ node, report }) => report.pbxRuns ? node : []))
}

/** How far the living node processes have carried their journals. */
export async function carriedBy (options: NodeHealthOptions): Promise<{ failures: number, behindBytes: number }> {
  const journals = (await heardNodes(options)).living.flatMap(({ report }) => report.journal ?? [])
  return {
    failures: Math.max(0, ...journals.map(journal => journal.failures)),
    behindBytes: journals.reduce((sum, journal) => sum + journal.behindBytes, 0)
  }
}

/**
 * Each node process: whether it lives, whether its PBX records, its work that fails, and whether it sees the PBX to which we have a link:
 * one that does not tells us that its PBX does not run.
 */
export const nodesCheck = (options: NodeHealthOptions & { isLinked: (name: string) => boolean }): HealthCheck => ({
  name: 'nodes',
  vital: false,
  async check () {
    const { living, silent } = await heardNodes(options)
    const said = [
      ...silent.map(({ node, seconds }) => seconds === null
        ? `the node process of ${node} has never reported: its journal and recordings wait`
        : `the node process of ${node} is silent for ${seconds} s: its journal and recordings wait`),
      ...living.flatMap(({ node, report }) => report.recordings.on ? [] : [`calls on ${node} are not recorded: its disk is nearly full`]),
      ...living.flatMap(({ node, report }) => report.pbxRuns || !options.isLinked(node)
        ? []
        : [`the node process of ${node} does not reach its PBX: look at its AMI_ADDRESS`]),
      ...living.flatMap(({ node, report }) => report.failing.length === 0 ? [] : [`on ${node} fails: ${report.failing.join(', ')}`])
    ]
    return said.length === 0 ? { ok: true } : { ok: false, detail: said.join('; ') }
  }
})

const minFreeShare = 0.1
const percent = (share: number): number => Math.round(share * 100)

/** The disks of recordings and journals; one that cannot be read counts as full. A journal may have a disk of its own. */
export const nodeDisksCheck = (options: NodeHealthOptions): HealthCheck => ({
  name: 'disk',
  vital: false,
  async check () {
    const { living } = await heardNodes(options)
    const least = (shares: ReadonlyArray<number | null>): number | null =>
      shares.length === 0 ? null : Math.min(...shares.map(share => share ?? 0))
    const recordings = least(living.map(({ report }) => report.recordings.freeShare))
    const journals = least(living.flatMap(({ report }) => report.journal === null ? [] : report.journal.freeShare))
    return {
      ok: (recordings ?? 1) > minFreeShare && (journals ?? 1) > minFreeShare,
      detail: {
        ...(recordings === null ? {} : { freePercent: percent(recordings) }),
        ...(journals === null ? {} : { journalFreePercent: percent(journals) })
      }
    }
  }
})

/** The fixed sentences on each PBX: a machine's voice is no voice for citizens. */
export const promptsCheck = (options: NodeHealthOptions): HealthCheck => ({
  name: 'prompts',
  vital: false,
  async check () {
    const { living } = await heardNodes(options)
    const lacking = living.flatMap(({ node, report }) => (report.prompts?.missing ?? 0) === 0
      ? []
      : [`${node} lacks ${report.prompts?.missing} fixed sentences: callers hear nothing in their place`])
    if (lacking.length > 0) return { ok: false, detail: lacking.join('; ') }
    const counts = living.flatMap(({ report }) => report.prompts ?? [])
    const worst = counts.toSorted((a, b) => b.synthetic - a.synthetic)[0]
    if (worst === undefined || worst.synthetic === 0) return { ok: true }
    const share = `${worst.synthetic} of ${worst.recorded + worst.synthetic} fixed sentences are synthetic`
    return { ok: false, detail: `${share}; recordings belong in their place before citizens hear them` }
  }
})
