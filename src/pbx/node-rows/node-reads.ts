import type { Database, Queryable } from '../../db/database.ts'
import type { Clock } from '../../domain/time/clock.ts'
import { appliedBy, newestRevision, type Applied, type AppliedRow } from '../desired/desired-store.ts'
import type { NodeReport } from '../node-contract.ts'
import { nodeReach } from '../reach/reach-reads.ts'
import { nodeRows, type NodeRow } from './node-row-store.ts'

/** A PBX as it says of itself; `channels` and `startedAt` null: it has not said. */
export interface NodeLink { linked: boolean, channels: number | null, startedAt: Date | null }

/** What the process beside a PBX last said. */
export interface ProcessSaid { node: string, ageMs: number, report: NodeReport }

export interface NodeReadsOptions {
  db: Database
  clock: Clock
  link: (name: string) => Promise<NodeLink>
  processes: () => Promise<readonly ProcessSaid[]>
}

/** A change that a PBX was not given within this time is late, ms. */
const lateMs = 5000

/** The process beside a PBX, as it said of itself; null in each: it never did. */
export interface ProcessView {
  ageMs: number | null
  /** of the journal, not carried yet; null too where it carries none */
  behindBytes: number | null
  carriesJournal: boolean | null
  /** the PBX beside takes connections at the address it was given */
  seesPbx: boolean | null
  /** false: the disk of the recordings is nearly full */
  records: boolean | null
  /** it takes spoken sentences */
  keepsSounds: boolean | null
  /** fixed sentences that are not there; null too where it keeps no sounds */
  missingSentences: number | null
  failing: string[]
}

/** A PBX for its page: its row without secrets, and how it does. */
export interface NodeView extends Omit<NodeRow, 'amiSecretSealed' | 'doorSecretSealed' | 'startedAt'>, NodeLink {
  /** no process of the service has a link to it since then; null: one has */
  unreachableSince: Date | null
  /** its calls were ended then, and it is not back; null: it is not lost */
  lostAt: Date | null
  /** null: no process stands beside it */
  process: ProcessView | null
  /** what it must know: the newest revision, the one it has, the sections it lacks or waits for, and whether its files are given to it */
  desired: { newest: number, applied: number | null, lacks: string[], late: string[], files: boolean }
}

/** All that are part of the service, and at the end those that were removed. */
export async function nodeViews ({ db, clock, link, processes }: NodeReadsOptions): Promise<NodeView[]> {
  const rows = (await nodeRows(db)).toSorted((a, b) => Number(a.state === 'removed') - Number(b.state === 'removed'))
  const parts = rows.flatMap(({ name: node }): Applied[] => [{ node, part: 'entries' }, { node, part: 'files' }])
  const [newest, applied, said, reach] = await Promise.all([
    newestRevision(db), appliedBy(db, parts, new Date(clock.now().getTime() - lateMs)), processes(), nodeReach(db)
  ])
  const reached = new Map(reach.map(one => [one.node, one]))
  return await Promise.all(rows.map(async ({ amiSecretSealed, doorSecretSealed, startedAt, ...row }) => ({
    ...row,
    ...row.state === 'removed' ? { linked: false, channels: null, startedAt: null } : await link(row.name),
    unreachableSince: row.state === 'removed' ? null : reached.get(row.name)?.unreachableSince ?? null,
    lostAt: row.state === 'removed' ? null : reached.get(row.name)?.lostAt ?? null,
    process: row.door === null ? null : processOf(said.find(({ node }) => node === row.name)),
    desired: { newest, ...standing(applied.filter(({ node }) => node === row.name)) }
  })))
}

/** Lines that live on a PBX, as the rows have it. */
export async function believedLines (q: Queryable, node: string): Promise<number> {
  return (await q.query('select 1 from channel_read where node = $1 and ended_at is null', [node])).length
}

function processOf (said: ProcessSaid | undefined): NodeView['process'] {
  if (said === undefined) {
    const nothing = { behindBytes: null, carriesJournal: null, seesPbx: null, records: null, keepsSounds: null, missingSentences: null }
    return { ageMs: null, ...nothing, failing: [] }
  }
  const { ageMs, report: { journal, pbxRuns, recordings, prompts, failing } } = said
  return {
    ageMs,
    behindBytes: journal?.behindBytes ?? null,
    carriesJournal: journal !== null,
    seesPbx: pbxRuns,
    records: recordings.on,
    keepsSounds: prompts !== null,
    missingSentences: prompts?.missing ?? null,
    failing
  }
}

function standing (all: readonly AppliedRow[]): Omit<NodeView['desired'], 'newest'> {
  // Nobody was ever given files where others keep them.
  const given = all.filter(({ part, revision }) => part === 'entries' || revision !== null)
  const revisions = given.map(({ revision }) => revision ?? 0)
  return {
    applied: given.every(({ revision }) => revision === null) ? null : Math.min(...revisions),
    lacks: [...new Set(given.flatMap(({ lacks }) => lacks.map(lack => lack.section)))],
    late: [...new Set(given.flatMap(({ late }) => late))],
    files: given.some(({ part }) => part === 'files')
  }
}
