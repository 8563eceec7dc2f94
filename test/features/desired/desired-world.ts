import type { Test } from 'tap'
import pino from 'pino'
import type { Database } from '../../../src/db/database.ts'
import { createSealing, type Sealing } from '../../../src/db/sealing.ts'
import { systemClock } from '../../../src/domain/time/clock.ts'
import { createAmiConnection, type AmiConnection } from '../../../src/pbx/ami/ami-connection.ts'
import { createDesiredApplier } from '../../../src/pbx/desired/applier.ts'
import { createDesired, type Desired, type DesiredChange } from '../../../src/pbx/desired/desired.ts'
import { createSwitchboard, type Switchboard } from '../../../src/pbx/switchboard.ts'
import { until } from '../../../src/servers/until.ts'
import { freshDatabase } from '../../harness/servers/database.ts'
import { startTestPbx, type TestPbx } from '../../harness/servers/pbx.ts'

export interface DesiredNode {
  name: string
  pbx: TestPbx
  ami: AmiConnection
  switchboard: Switchboard
  isUp: () => boolean
}

export interface DesiredWorld {
  db: Database
  sealing: Sealing
  desired: Desired
  nodes: DesiredNode[]
  /** in a transaction of its own */
  change: (change: DesiredChange) => Promise<void>
  /** Resolves when each of these PBXs has applied every change; default all. */
  applied: (...nodes: DesiredNode[]) => Promise<void>
  /** what a PBX lacks */
  lacks: (node: DesiredNode) => Promise<unknown[]>
}

/** A database, and real PBXs each with an applier of its own. */
export async function desiredWorld (t: Test, names: readonly string[]): Promise<DesiredWorld> {
  const { db } = await freshDatabase(t)
  const sealing = createSealing(Buffer.alloc(32, 7))
  const log = pino({ level: 'silent' })
  const nodes: DesiredNode[] = []
  for (const name of names) {
    const pbx = await startTestPbx(t, { PBX_NODE: name })
    const { host, port, user } = pbx.config.ami
    const ami = createAmiConnection({ host, port, user, secret: pbx.amiSecret })
    const switchboard = createSwitchboard({ ami })
    const shared = { node: name, db, sealing, log }
    const appliers = [
      createDesiredApplier({ part: 'entries', switchboard, ...shared }),
      createDesiredApplier({ part: 'files', includesDir: pbx.paths.includesDir, reload: switchboard.reload, ...shared })
    ]
    ami.on('up', () => { for (const applier of appliers) void applier.exchangeIsUp() })
    t.teardown(async () => {
      for (const applier of appliers) await applier.stop()
      await ami.close()
    })
    ami.start()
    await ami.ready(10_000)
    nodes.push({ name, pbx, ami, switchboard, isUp: ami.isUp })
  }
  const desired = createDesired({ db, sealing, clock: systemClock, nodes: { all: nodes } })
  return {
    db,
    sealing,
    desired,
    nodes,
    change: async change => { await db.tx(async tx => { desired.change(tx, change) }) },
    async applied (...which) {
      const all = (which.length > 0 ? which : nodes).map(node => node.name)
      await until(async () => (await db.query(`select 1 where exists (select 1 from desired_state where revision is null)
          union all select 1 from unnest($1::text[]) n (node) cross join (values ('entries'), ('files')) p (part)
            left join desired_applied a on a.node = n.node and a.part = p.part
            where coalesce(a.revision, -1) < coalesce((select max(revision) from desired_state), 0)`, [all])).length === 0,
      { what: 'every change is applied' })
    },
    async lacks (node) {
      const rows = await db.query<{ lacks: unknown[] }>('select lacks from desired_applied where node = $1 order by part', [node.name])
      return rows.flatMap(row => row.lacks)
    }
  }
}
