// Two processes of one service on one database: what one enters, drains or removes, the other follows.
import pino from 'pino'
import t, { type Test } from 'tap'
import { createSealing } from '../../../src/db/sealing.ts'
import { systemClock } from '../../../src/domain/time/clock.ts'
import { createDesired } from '../../../src/pbx/desired/desired.ts'
import { createNodeStates, followNodes, nodesChannel } from '../../../src/pbx/node-rows/followed-nodes.ts'
import { createNodeCommands } from '../../../src/pbx/node-rows/node-commands.ts'
import { nodeRows } from '../../../src/pbx/node-rows/node-row-store.ts'
import type { NodeStep } from '../../../src/pbx/node-rows/rules/node-life.ts'
import { tryNode } from '../../../src/pbx/node-rows/try-node.ts'
import { createNodes, type NodeSetting } from '../../../src/pbx/nodes.ts'
import { until } from '../../../src/servers/until.ts'
import { freshDatabase } from '../../harness/servers/database.ts'
import { startAmiPeer } from '../journal/ami-peer.ts'

const sealing = createSealing(Buffer.alloc(32, 7))
const setting = (name: string, port: number, more: Partial<NodeSetting> = {}): NodeSetting => ({
  name,
  sip: { host: '10.0.0.1', port },
  webSocketUrl: `ws://10.0.0.1:${port}/ws`,
  ami: { host: '127.0.0.1', port, user: 'liandong', secret: 'of-a-test' },
  door: null,
  ...more
})

async function world (t: Test) {
  const { db } = await freshDatabase(t)
  const log = pino({ level: 'silent' })
  /** a process: its nodes as `name port state`, and what came and went */
  const process = async (settings: readonly NodeSetting[], own = sealing) => {
    const states = createNodeStates()
    const make = ({ name, ami }: NodeSetting) => ({ name, port: ami.port, state: () => states.get(name) ?? 'active' })
    const nodes = createNodes(settings.map(make))
    const steps: string[] = []
    nodes.each(({ name, port }) => {
      steps.push(`+${name} ${port}`)
      return () => { steps.push(`-${name} ${port}`) }
    })
    const followed = followNodes({ db, sealing: own, nodes, settings, make, log }, states)
    await followed.start()
    t.teardown(followed.stop)
    return { steps, shown: () => nodes.all.map(({ name, port, state }) => `${name} ${port} ${state()}`).sort().join(', ') }
  }
  const commands = createNodeCommands({
    sealing,
    clock: systemClock,
    desired: createDesired({ db, sealing, clock: systemClock, nodes: { all: [] } }),
    wake: () => { db.wake(nodesChannel) },
    tryNode,
    isUp: async () => true,
    living: async () => 0
  })
  const run = async (command: Parameters<typeof db.tx>[0]): Promise<void> => {
    const decided = await db.tx(command) as Awaited<ReturnType<typeof commands.add>>
    await decided.act()
    await db.tx(decided.save)
  }
  return {
    db,
    process,
    add: async (node: NodeSetting) => { await run(async tx => await commands.add(tx, 'admin', node)) },
    async step (name: string, step: NodeStep) {
      const version = (await nodeRows(db)).find(row => row.name === name)?.version ?? 0
      await run(async tx => await commands.step(tx, 'admin', { name, step, version }))
    }
  }
}

/** A PBX that says its name; the end of a wire in its place. */
async function pbxNamed (t: Test, name: string): Promise<number> {
  const peer = await startAmiPeer(t)
  peer.answer = ({ action, actionid }) => `Response: Success\r\nActionID: ${actionid}\r\n` + (action === 'CoreSettings'
    ? `SystemName: ${name}\r\n\r\n`
    : 'CoreStartupDate: 2026-11-30\r\nCoreStartupTime: 08:00:00\r\nCoreCurrentCalls: 0\r\n\r\n')
  return peer.port
}

t.test('each process follows: added, drained, taken back, removed', async t => {
  const { process, add, step } = await world(t)
  const [server, worker] = [await process([setting('pbx1', 1)]), await process([setting('pbx1', 1)])]
  const port = await pbxNamed(t, 'pbx2')
  const both = async (shown: string): Promise<void> => {
    await until(() => server.shown() === shown && worker.shown() === shown, { what: shown })
  }
  await both('pbx1 1 active')
  await add(setting('pbx2', port))
  await both(`pbx1 1 active, pbx2 ${port} active`)
  await step('pbx2', 'drain')
  await both(`pbx1 1 active, pbx2 ${port} draining`)
  await step('pbx2', 'activate')
  await both(`pbx1 1 active, pbx2 ${port} active`)
  await step('pbx2', 'drain')
  await step('pbx2', 'remove')
  await both('pbx1 1 active')
  t.same(server.steps, ['+pbx1 1', `+pbx2 ${port}`, `-pbx2 ${port}`], 'a state is no new PBX')
})

t.test('a start enters the settings\' PBX and its new addresses, and writes over nothing a person did', async t => {
  const { db, process, add, step } = await world(t)
  const shown = async (): Promise<unknown> => (await nodeRows(db)).map(({ name, state, ami, fromSettings, version }) =>
    [name, state, ami, fromSettings, version].join(' '))
  await process([setting('pbx1', 1)])
  t.same(await shown(), ['pbx1 active 127.0.0.1:1 true 1'])
  await process([setting('pbx1', 1)])
  t.same(await shown(), ['pbx1 active 127.0.0.1:1 true 1'], 'the same again is no change')
  const port = await pbxNamed(t, 'pbx2')
  await add(setting('pbx2', port))
  await step('pbx1', 'drain')
  const moved = await process([setting('pbx1', 9), setting('pbx2', 8)])
  t.same(await shown(), ['pbx1 draining 127.0.0.1:9 true 3', `pbx2 active 127.0.0.1:${port} false 1`])
  t.equal(moved.shown(), `pbx1 9 draining, pbx2 ${port} active`)
  await step('pbx1', 'remove')
  const again = await process([setting('pbx1', 9)])
  t.equal(again.shown(), `pbx2 ${port} active`, 'who was removed stays out')
})

t.test('a process reaches a PBX of its own settings at its own address', async t => {
  const { process } = await world(t)
  const worker = await process([setting('pbx1', 1)])
  const server = await process([setting('pbx1', 2)])
  const other = await process([setting('pbx3', 3)])
  await until(() => worker.shown() === 'pbx1 1 active, pbx3 3 active' && server.shown() === 'pbx1 2 active, pbx3 3 active', {
    what: 'each has its own, and the third'
  })
  t.equal(other.shown(), 'pbx1 2 active, pbx3 3 active', 'who has it not in the settings takes the row')
})

t.test('a PBX sealed under another key is left out, and the others are followed', async t => {
  const { process, add } = await world(t)
  await add(setting('pbx2', await pbxNamed(t, 'pbx2')))
  const stranger = await process([setting('pbx1', 1)], createSealing(Buffer.alloc(32, 8)))
  t.equal(stranger.shown(), 'pbx1 1 active')
})
