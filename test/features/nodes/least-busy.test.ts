// How busy a PBX is, it says itself; what was given to it since counts until it says so again.
import pino from 'pino'
import t from 'tap'
import { chooseLeastBusy, createNodes, createPbxNode, type PbxNode } from '../../../src/pbx/nodes.ts'
import type { PresentState } from '../../../src/pbx/node-rows/rules/node-life.ts'
import { until } from '../../../src/servers/until.ts'
import { startAmiPeer, type AmiPeer } from '../journal/ami-peer.ts'

t.test('what is new goes to the PBX with the fewest channels, each counted at once', async t => {
  const channels: Record<string, number> = { pbx1: 3, pbx2: 1 }
  const states: Record<string, PresentState> = { pbx1: 'active', pbx2: 'active' }
  const peers: Record<string, AmiPeer> = {}
  const made: PbxNode[] = []
  for (const name of ['pbx1', 'pbx2']) {
    const peer = peers[name] = await startAmiPeer(t)
    peer.answer = ({ action, actionid }) => `Response: Success\r\nActionID: ${actionid}\r\n` + (action === 'CoreStatus'
      ? `CoreStartupDate: 2026-11-30\r\nCoreStartupTime: 08:00:00\r\nCoreCurrentCalls: ${channels[name]}\r\n\r\n`
      : '\r\n')
    made.push(createPbxNode({
      name,
      sip: { host: '127.0.0.1', port: 5060 },
      webSocketUrl: 'ws://127.0.0.1/ws',
      ami: { host: '127.0.0.1', port: peer.port, user: 'u', secret: 's' },
      door: null
    }, { log: pino({ level: 'silent' }), now: () => new Date(), state: () => states[name] ?? 'active' }))
  }
  const nodes = createNodes(made, chooseLeastBusy)
  nodes.each(({ ami, live, load }) => {
    ami.start()
    return () => {
      void ami.close()
      live.close()
      load.close()
    }
  })
  t.teardown(() => { for (const { name } of nodes.all) nodes.leave(name) })
  const said = async (): Promise<void> => {
    await until(() => nodes.all.every(({ name, load }) => load.busy() === channels[name]), { what: 'each has said what it has' })
  }
  await said()
  t.same(Array.from({ length: 4 }, () => nodes.choose('leg').name), ['pbx2', 'pbx2', 'pbx1', 'pbx2'], 'spread at once')
  channels.pbx2 = 9
  await said()
  t.equal(nodes.choose('conference').name, 'pbx1')
  t.equal(nodes.get('pbx1').load.startedAt()?.getHours(), 8)
  states.pbx1 = 'draining'
  t.equal(nodes.choose('leg').name, 'pbx2', 'not to one that is draining')
  states.pbx1 = 'active'
  for (const socket of peers.pbx1?.sockets ?? []) socket.destroy()
  await until(() => !nodes.get('pbx1').isUp(), { what: 'its link is gone' })
  t.equal(nodes.get('pbx1').load.channels(), null, 'then nobody knows')
  t.equal(nodes.choose('leg').name, 'pbx2', 'nor to one without a link')
})
