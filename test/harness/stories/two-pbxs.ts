import type { Test } from 'tap'
import { until } from '../../../src/servers/until.ts'
import { startStack, type FurtherPbx, type Stack, type StackOptions } from '../servers/stack.ts'

export type TwoPbxs = Stack & { second: FurtherPbx }

/** Two PBXs with one service; these desk telephones register with both. */
export async function twoPbxs (
  t: Test, extensions: readonly string[], { settings = {}, ...options }: Pick<StackOptions, 'settings' | 'ownMachines' | 'relayed'> = {}
): Promise<TwoPbxs> {
  const stack = await startStack(t, { desks: [], moreNodes: ['pbx2'], settings: { QUEUE_SECONDS: '60', ...settings }, ...options })
  const [second] = stack.more
  if (!second) throw new Error('there is no second PBX')
  for (const extension of extensions) await stack.network.number(`desk${extension}`, 'ring')
  await stack.network.desks(
    extensions.map(extension => ({ extension, password: stack.logins.find(l => l.extension === extension)?.sipPassword ?? '' })),
    [second.pbx.config.sip]
  )
  return { ...stack, second }
}

/**
 * The PBXs reach each other by SIP. All files were given before: a reload makes a PBX forget for a moment whom it reaches.
 */
export async function reachEachOther ({ as, pbx, more }: Stack): Promise<void> {
  const admin = await as('admin')
  await admin.sees<{ parts: Array<{ name: string, state: string }> }>('/health/ready',
    ready => ready.parts.some(part => part.name === 'desired-state' && part.state === 'ok'), 30)
  for (const one of [pbx, ...more.map(other => other.pbx)]) {
    await until(async () => /node-pbx\d\/\S+ +\S+ +Avail/.test(await one.console('pjsip show contacts')),
      { what: 'the PBXs reach each other' })
  }
}

/** The PBX whose queue is to offer this agent citizens, by the agent's row. */
export async function seatOf ({ db }: Stack, extension: string): Promise<string | null> {
  return (await db.query<{ seat: string | null }>('select seat from agent where extension = $1', [extension]))[0]?.seat ?? null
}

/** How often the journal says that this PBX is lost. */
export async function timesLost ({ db }: Stack, node: string): Promise<number> {
  return (await db.query('select 1 from pbx_journal where node = $1 and event = \'NODE_LOST\'', [node])).length
}

/** Seconds since any process had a link to this PBX. */
export async function unlinkedSeconds ({ db }: Stack, node: string): Promise<number> {
  const [row] = await db.query<{ seconds: number }>(
    'select extract(epoch from clock_timestamp() - linked_at)::float8 seconds from node_reach where node = $1', [node])
  return row?.seconds ?? 0
}
