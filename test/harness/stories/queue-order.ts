import type { Database } from '../../../src/db/database.ts'

// In which order citizens were given agents over several PBXs, by the journals alone: what the service counted plays no part.

/** One wait of a citizen in a PBX's queue, as the journal tells it; times in ms. */
export interface Wait {
  citizen: string
  node: string
  priority: number
  since: number
  /** an agent's telephone was rung for the first time; null: none ever was */
  rung: number | null
  /** rung, hung up, or sent on */
  over: number
}

/** A line of a PBX's journal; `at` in ms. */
interface Line { event: string, node: string, uniqueId: string, linkedId: string, channel: string, extra: string, at: number }

/** An agent's telephone that is rung; `freeSince`: it was last in use until then. Times in ms. */
export interface Ring { at: number, freeSince: number }

interface Inversion {
  /** rung first */
  citizen: string
  node: string
  at: number
  /** should have been rung before */
  before: string
  beforeNode: string
  /** by how much the other had waited longer, ms */
  longerMs: number
  /** how much later the other was rung or gave up, ms */
  laterMs: number
}

const tolerated = 1000

const agentOf = (channel: string): string | null => /^PJSIP\/(\d+)-/.exec(channel)?.[1] ?? null

/** What the journals of all PBXs tell since then. */
export async function queueSince (db: Database, since: Date): Promise<{ waits: Wait[], rings: Ring[] }> {
  return told(await db.query<Line>(
    `select event, node, unique_id "uniqueId", linked_id "linkedId", channel, extra, (extract(epoch from j.at) * 1000)::float8 at
    from pbx_journal j where event in ('LD_QUEUED', 'LD_QUEUE_LEFT', 'CHAN_START', 'CHAN_END') and j.at >= $1 order by j.at, id`, [since]))
}

function told (lines: readonly Line[]): { waits: Wait[], rings: Ring[] } {
  const waiting = new Map<string, Wait>()
  const waits: Wait[] = []
  const rings: Ring[] = []
  const freeSince = new Map<string, number>()
  const end = (linkedId: string, at: number): Wait | undefined => {
    const wait = waiting.get(linkedId)
    waiting.delete(linkedId)
    if (wait !== undefined) wait.over = at
    return wait
  }
  for (const { event, node, uniqueId, linkedId, channel, extra, at } of lines) {
    const agent = agentOf(channel)
    if (event === 'LD_QUEUED') {
      end(linkedId, at)
      const priority = Number(/priority=(\d+)/.exec(extra)?.[1] ?? 0)
      const wait = { citizen: uniqueId, node, priority, since: at, rung: null, over: Infinity }
      waiting.set(linkedId, wait)
      waits.push(wait)
    } else if (event === 'CHAN_START' && agent !== null) {
      const wait = end(linkedId, at)
      const since = freeSince.get(agent)
      if (wait !== undefined) wait.rung = at
      if (wait !== undefined && since !== undefined) rings.push({ freeSince: since, at })
      freeSince.delete(agent)
    } else if (event === 'CHAN_END' && agent !== null) freeSince.set(agent, at)
    else if (event === 'LD_QUEUE_LEFT' || event === 'CHAN_END') end(linkedId, at)
  }
  return { waits, rings }
}

const goesBefore = (a: Wait, b: Wait): boolean => a.priority > b.priority || (a.priority === b.priority && a.since < b.since)

/** Each citizen for whom a telephone rang while another, on another PBX, went before and had come more than a second earlier. */
export function inversionsIn (waits: readonly Wait[]): Inversion[] {
  return waits.flatMap(one => {
    const { rung } = one
    if (rung === null) return []
    const [over] = waits
      .filter(other => other.node !== one.node && goesBefore(other, one) && other.since < one.since - tolerated &&
        other.since < rung - tolerated && other.over > rung)
      .sort((a, b) => a.since - b.since)
    return over === undefined
      ? []
      : [{
          citizen: one.citizen,
          node: one.node,
          at: rung,
          before: over.citizen,
          beforeNode: over.node,
          longerMs: Math.round(one.since - over.since),
          laterMs: Math.round(over.over - rung)
        }]
  })
}

/** How long each agent's telephone was free while some citizen waited for one, ms, shortest first. */
export function idleWhileWaited (waits: readonly Wait[], rings: readonly Ring[]): number[] {
  const spans: Array<{ from: number, to: number }> = []
  for (const { since: from, over: to } of [...waits].sort((a, b) => a.since - b.since)) {
    const last = spans.at(-1)
    if (last !== undefined && from <= last.to) last.to = Math.max(last.to, to)
    else spans.push({ from, to })
  }
  return rings
    .map(({ freeSince, at }) => spans.reduce((sum, { from, to }) => sum + Math.max(0, Math.min(at, to) - Math.max(freeSince, from)), 0))
    .sort((a, b) => a - b)
}
