import { randomBytes } from 'node:crypto'
import pino from 'pino'
import { test, type Test } from 'tap'
import type { Database, Tx } from '../../../src/db/database.ts'
import { createSealing } from '../../../src/db/sealing.ts'
import { diallerModule } from '../../../src/dialler/module.ts'
import { createTrunks } from '../../../src/dialler/trunks/trunks.ts'
import { systemClock } from '../../../src/domain/time/clock.ts'
import type { DesiredChange } from '../../../src/pbx/desired/desired.ts'
import { createNodes } from '../../../src/pbx/nodes.ts'
import { until } from '../../../src/servers/until.ts'
import { carrier, switchRecorder } from '../../harness/dialler/dialler-world.ts'
import { freshDatabase } from '../../harness/servers/database.ts'
import { permissionOfTest } from '../../harness/stories/permission.ts'
import { noUnit } from '../../../src/domain/people/reader-unit.ts'

/** The dialler as the service composes it, with PBXs that are told and write down. */
async function worldOf (t: Test, trunk: Partial<typeof carrier> = {}, known: Map<string, string> = new Map(), its?: Database) {
  const db = its ?? (await freshDatabase(t)).db
  const node = (name: string) => ({
    name,
    sip: { host: '10.1.1.1', port: 5060 },
    switchboard: { ...switchRecorder(), hasModule: async () => false },
    isUp: () => true,
    live: { subscribe: () => () => {}, trunks: () => new Map<string, boolean>(), watch: () => {} }
  })
  const nodes = createNodes([node('pbx1')])
  const desired = {
    change (_: Tx, { put = [], withdraw = [] }: DesiredChange) {
      for (const { key, node = '*', value } of put) known.set(`${node} ${key}`, value)
      for (const { key, node = '*' } of withdraw) known.delete(`${node} ${key}`)
    }
  }
  const module = diallerModule({
    db,
    sealing: createSealing(randomBytes(32)),
    clock: systemClock,
    feed: { publish: async () => {}, broadcast: () => {}, subscribe: () => () => {}, since: async () => [] },
    alarms: { set: async () => {} },
    desired,
    nodes,
    log: pino({ level: 'silent' }),
    permission: permissionOfTest,
    trunk: { ...carrier, ...trunk },
    localMobiles: [],
    edges: [],
    timeZone: 'Asia/Shanghai',
    sampleLoaded: async () => false,
    lackedBy: async () => [],
    catchUpJournal: async () => {},
    readerUnit: async () => noUnit
  })
  await module.start?.()
  t.teardown(async () => { await module.stop?.() })
  return { db, nodes, known, join: (name: string) => { nodes.join(node(name)) } }
}

test('each PBX has an equal part of a trunk for calls without the service, given anew as one joins or leaves', async t => {
  const { nodes, known, join, db } = await worldOf(t)
  t.same([known.get('pbx1 trunk'), known.get('* order'), known.get('* inbound')], ['30:30', 'trunk', '30'])
  join('pbx2')
  await until(() => known.get('pbx2 trunk') === '15:30' && known.get('pbx1 trunk') === '15:30', { what: 'both have a half' })
  const shares = await until(async () => {
    const rows = await db.query<{ node: string }>('select node from trunk_share order by node')
    return rows.length === 2 && rows
  }, { what: 'the page knows both' })
  t.same(shares.map(row => row.node), ['pbx1', 'pbx2'])
  nodes.leave('pbx1')
  await until(() => known.get('pbx2 trunk') === '30:30', { what: 'the other has all of it' })
})

test('a start enters what the settings say, until a person has changed the trunk', async t => {
  const { db } = await worldOf(t)
  const channels = async (): Promise<unknown> => (await db.query<{ channels: number }>('select channels from trunk'))[0]?.channels
  await worldOf(t, { channels: 40 }, new Map(), db)
  t.equal(await channels(), 40)
  const trunks = createTrunks({
    db,
    clock: systemClock,
    nodes: { all: [] },
    desired: { change: () => {} },
    edges: [],
    knowsLocalMobiles: false,
    wake: () => {},
    log: pino({ level: 'silent' })
  })
  const nobody = { hosts: [], proxyHosts: [] }
  const admin = { id: 'admin', roles: ['ADMINISTRATOR' as const], unitId: null, extension: null, personId: null }
  await db.tx(async tx => { await trunks.change(tx, admin, 'trunk', { channels: 50, version: 1 }, nobody) })
  const again = db.tx(async tx => await trunks.change(tx, admin, 'trunk', { channels: 60, version: 1 }, nobody))
  await t.rejects(again, { code: 'version-conflict' })
  const known = new Map<string, string>()
  await worldOf(t, { channels: 45 }, known, db)
  t.equal(await channels(), 50, 'the row rules')
  t.equal(known.get('pbx1 trunk'), '50:50')
})
