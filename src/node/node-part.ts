import { dirname } from 'node:path'
import type { Logger } from 'pino'
import type { Database } from '../db/database.ts'
import type { Sealing } from '../db/sealing.ts'
import { freeShareOf } from '../disk/free-share.ts'
import type { Clock } from '../domain/time/clock.ts'
import { createDesiredApplier, type DesiredApplier } from '../pbx/desired/applier.ts'
import { pruneJournal, type PruneOptions } from '../pbx/journal/backups.ts'
import { createShipper, type Shipper } from '../pbx/journal/shipper.ts'
import type { NodeReport, Shipped } from '../pbx/node-contract.ts'
import type { NodePartSetting } from '../pbx/nodes.ts'
import type { Sweep } from '../queue/alarms.ts'
import { hourly } from '../queue/hourly.ts'
import { createSweeper, type Sweeper } from '../queue/sweeper.ts'
import { installedPrompts } from '../speech/prompts.ts'
import { watchForAnother } from '../db/another-process.ts'
import { isManagerThere } from './manager-there.ts'
import { createNodeDoor } from './node-door.ts'
import { saveNodeState } from './node-state-store.ts'
import { createRecordingGuard } from './recording-guard.ts'
import { reloadOver } from './reload.ts'

export interface NodePartOptions extends NodePartSetting {
  db: Database
  sealing: Sealing
  clock: Clock
  /** ms the clock is ahead of the machine's; only tests advance it */
  clockOffset: () => number
  /** ms between two looks at disks and files, and two reports */
  sweepMs: number
  log: Logger
}

/**
 * The node process (节点进程): alone it opens files of its PBX. It carries the journal, removes what was carried long ago, stops recordings
 * before the disk is full, writes what the PBX must know from files, and serves recordings and sounds at its door. No call needs it.
 */
export interface NodePart {
  /** @throws when the door's address cannot be listened at */
  start: () => Promise<void>
  stop: () => Promise<void>
  /** everything due now is done when it resolves */
  settle: () => Promise<void>
}

const journalKeptMs = 7 * 24 * 3_600_000
/** The PBX beside greets who connects in this time, or does not run. ms */
const managerMs = 1000
/** Requests under way at the end have this long. ms */
const underWayMs = 1000

const oldFiles = (options: Pick<PruneOptions, 'db' | 'node' | 'log' | 'file'>): Sweep => hourly('old journal files', async () => {
  await pruneJournal({ ...options, keepMs: journalKeptMs, freeShare: freeShareOf })
})

/** Gives the PBX what it must know from files; null: others keep them. */
function filesApplier ({ name, db, sealing, includes, log }: NodePartOptions): DesiredApplier | null {
  if (includes === null) return null
  const reload = reloadOver(includes.ami, log)
  return createDesiredApplier({ part: 'files', node: name, includesDir: includes.dir, reload, db, sealing, log })
}

const failingOf = (sweeper: Sweeper | null): string[] =>
  sweeper?.status().filter(sweep => sweep.failures > 0).map(sweep => sweep.name) ?? []

export function createNodePart (options: NodePartOptions): NodePart {
  const { name, door: { host, port, secret }, manager, db, clock, clockOffset, journalFile, recordingsDir, soundsDir, sweepMs } = options
  const log = options.log.child({ node: name })
  // Two PBXs would be taken for one, and nobody could tell whose a call is.
  const another = watchForAnother(log, 'another node process of this name is at work: end it, or give it the PBX_NODE of its own PBX')
  let shipper: Shipper | null = null
  let applier: DesiredApplier | null = null
  let sweeper: Sweeper | null = null
  const guard = createRecordingGuard({
    recordingsDir,
    onChange: state => {
      log.warn(state, state.recording ? 'there is room again: calls are recorded' : 'the disk is nearly full: calls are not recorded')
    }
  })

  const shipped = async (): Promise<Shipped> =>
    await shipper?.status().then(({ failures, behindBytes }) => ({ failures, behindBytes })) ?? { failures: 0, behindBytes: 0 }

  async function report (): Promise<NodeReport> {
    const shareOf = async (folder: string): Promise<number | null> => await freeShareOf(folder).catch(() => null)
    const [pbxRuns, journal, recordings, prompts] = await Promise.all([
      isManagerThere(manager, managerMs),
      journalFile === null ? null : Promise.all([shipped(), shareOf(dirname(journalFile))]),
      shareOf(recordingsDir),
      soundsDir === null ? null : installedPrompts(soundsDir)
    ])
    return {
      node: name,
      journal: journal && { ...journal[0], freeShare: journal[1] },
      pbxRuns,
      recordings: { on: guard.state().recording, freeShare: recordings },
      prompts,
      failing: [...failingOf(sweeper), ...another.isThere() ? ['another process of this name'] : []]
    }
  }

  const run = async (): Promise<void> => { another.reported(await saveNodeState(db, name, another.by, await report())) }
  const says: Sweep = { name: 'state of the node', pace: 'ordinary', run }
  const app = createNodeDoor({
    secret,
    recordingsDir,
    soundsDir,
    log,
    report,
    async ship () {
      await shipper?.catchUp()
      return await shipped()
    }
  })

  return {
    async start () {
      await app.listen({ host, port })
      if (journalFile !== null) shipper = createShipper({ db, file: journalFile, node: name, log, timeOffset: clockOffset })
      applier = filesApplier({ ...options, log })
      const old = journalFile === null ? [] : [oldFiles({ db, node: name, log, file: journalFile })]
      // With the database away it begins all the same: the journal file may need room, and the door answers. Before the sweeps: two
      // reports at once would take each other for another process's.
      await says.run(clock.now()).catch(() => {})
      sweeper = createSweeper({ sweeps: [guard.sweep, ...old, says], clock, log, paceMs: { ordinary: sweepMs, emergency: sweepMs } })
    },
    async stop () {
      const timer = setTimeout(() => { app.server.closeAllConnections() }, underWayMs)
      await app.close()
      clearTimeout(timer)
      await sweeper?.close()
      await applier?.stop()
      await shipper?.close()
    },
    async settle () {
      await shipper?.catchUp()
      await sweeper?.runOnce()
      await applier?.settled()
    }
  }
}
