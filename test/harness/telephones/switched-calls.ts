import type { Test } from 'tap'
import pino from 'pino'
import { createSealing } from '../../../src/db/sealing.ts'
import type { Database, Tx } from '../../../src/db/database.ts'
import type { Outside } from '../../../src/db/outside.ts'
import { systemClock } from '../../../src/domain/time/clock.ts'
import type { Actor } from '../../../src/domain/people/roles.ts'
import { createDialler } from '../../../src/dialler/dialler.ts'
import type { DialPermission } from '../../../src/dialler/permission/dial-permission.ts'
import { dialString, type PhoneNumber } from '../../../src/domain/telephone/phone-number.ts'
import { createAgents, type Agents } from '../../../src/features/agents/agents.ts'
import type { NodeQueue } from '../../../src/features/agents/queue/queue-keepers.ts'
import { createCalls, type Calls } from '../../../src/features/calls/calls.ts'
import type { CallDetail } from '../../../src/features/calls/call-queries.ts'
import { createManualCalls, type ManualCalls } from '../../../src/features/switching/manual-calls.ts'
import { createOwnTelephone } from '../../../src/features/switching/own-telephone.ts'
import { createSwitching, type Switching } from '../../../src/features/switching/switching.ts'
import { createAmiConnection } from '../../../src/pbx/ami/ami-connection.ts'
import { createPbxIncludes } from '../../../src/pbx/includes.ts'
import { createJournal } from '../../../src/pbx/journal/journal.ts'
import { createShipper } from '../../../src/pbx/journal/shipper.ts'
import { createLiveState } from '../../../src/pbx/live-state.ts'
import { createNodes } from '../../../src/pbx/nodes.ts'
import { createSwitchboard, type Switchboard } from '../../../src/pbx/switchboard.ts'
import { until } from '../../../src/servers/until.ts'
import { freshDatabase } from '../servers/database.ts'
import { startNetwork, type TelephoneNetwork } from './network.ts'
import { startTestPbx, type TestPbx } from '../servers/pbx.ts'
import { permissionOfTest } from '../stories/permission.ts'
import { todaysAttempts } from '../../rules/orders/todays-policies.ts'
import { noUnit } from '../../../src/domain/people/reader-unit.ts'

export const officer: Actor = {
  id: 'hf01',
  roles: ['CALLBACK_OFFICER', 'SHIFT_LEADER', 'ADMINISTRATOR'],
  unitId: null,
  extension: '8004',
  personId: null
}
export const agentAt = (extension: string): Actor => ({
  id: `login-${extension}`, roles: ['AGENT'], unitId: null, extension, personId: null
})

/** A real exchange with agents' desk telephones, and calls, agents and switching fed by its journal. */
export interface SwitchedCalls {
  db: Database
  pbx: TestPbx
  network: TelephoneNetwork
  switchboard: Switchboard
  calls: Calls
  agents: Agents
  switching: Switching
  manualCalls: ManualCalls
  /** orders whose complainant has answered a call by hand */
  contacted: string[]
  /** who rang an order's complainant in vain, and why */
  tried: string[]
  command: <T>(work: (tx: Tx) => Promise<T>) => Promise<T>
  /** a command that moves channels: decided, done, written down, as a request does it */
  moved: <T>(work: (tx: Tx) => Promise<Outside<T>>) => Promise<T>
  /** the newest call, once it satisfies; fails after `seconds` */
  call: (satisfies: (call: CallDetail) => boolean, seconds?: number) => Promise<CallDetail>
}

export async function switchedCalls (t: Test, {
  extensions = ['8001', '8002', '8003', '8004'], orderNumber = null, ownNumbers = {}, settings = {}, shiftLeader = null,
  permission = permissionOfTest
}: {
  extensions?: string[],
  shiftLeader?: string | null,
  orderNumber?: PhoneNumber | null,
  ownNumbers?: Record<string, PhoneNumber[]>,
  settings?: Record<string, string>,
  permission?: DialPermission
} = {}): Promise<SwitchedCalls> {
  const { db } = await freshDatabase(t)
  const pbx = await startTestPbx(t, settings)
  await pbx.start()
  const log = pino({ level: 'silent' })
  const ami = createAmiConnection(
    { host: pbx.config.ami.host, port: pbx.config.ami.port, user: pbx.config.ami.user, secret: pbx.amiSecret }
  )
  ami.start()
  await ami.ready(30_000)
  const switchboard = createSwitchboard({ ami })
  const includes = createPbxIncludes({ node: 'pbx1', includesDir: pbx.paths.includesDir, reload: switchboard.reload })
  await includes.apply('exchange', JSON.stringify({
    agents: extensions.map(extension => ({ extension, sipPassword: `pw${extension}`, webrtc: false })),
    dialledNumbers: [],
    shiftLeader,
    dutyOfficer: null,
    centres: { 110: '50009110' }
  }))
  const network = await startNetwork(t, { pbx: pbx.config.sip, trunk: pbx.config.trunk })
  await network.desks(extensions.map(extension => ({ extension, password: `pw${extension}` })))
  const feed = { publish: async () => {}, broadcast: () => {}, subscribe: () => () => {}, since: async () => [] }
  const sealing = createSealing(Buffer.alloc(32, 7))
  const { host, port } = pbx.config.trunk
  const live = createLiveState({ ami, switchboard, now: () => new Date() })
  t.teardown(live.close)
  const nodes = createNodes([{ name: pbx.config.pbxNode, switchboard, live, isUp: ami.isUp }])
  const dialler = createDialler({
    db,
    sealing,
    clock: systemClock,
    nodes,
    alarms: { set: async () => {} },
    trunks: [{
      id: 'trunk',
      address: `${host}:${port}`,
      channels: 10,
      reservedInbound: 2,
      callsPerSecond: 10,
      callerId: '962000',
      outOfTownPrefix: '',
      qualifySeconds: 3,
      keys: 'rfc4733'
    }],
    timeZone: 'Asia/Shanghai',
    permission,
    sampleLoaded: async () => false,
    onTrunk: async () => {},
    catchUpJournal: async () => {},
    log
  })
  const calls = createCalls({
    db,
    sealing,
    clock: systemClock,
    feed,
    dialler,
    readerUnit: async () => noUnit,
    attempts: async () => todaysAttempts
  })
  const queue: NodeQueue = {
    node: pbx.config.pbxNode,
    async set (extension, { member, paused }) {
      if (!member) await switchboard.queueRemove(extension)
      else if (paused) await switchboard.queueAdd(extension, true)
      else await switchboard.queueAdd(extension)
    },
    list: async () => (await switchboard.queueStatus()).members
  }
  const agents = createAgents({
    db,
    clock: systemClock,
    feed,
    queues: () => [queue],
    nodes: { all: [], each: () => {} },
    desired: { change: () => {} },
    running: async () => new Set(),
    log,
    hasDisposition: async () => true,
    writeAgents: async () => {},
    agentsKnown: async () => {},
    wrapUpSeconds: 30
  })
  for (const extension of extensions) {
    await db.tx(
      async tx => { await agents.saveAccount(tx, officer, { extension, login: null, displayName: extension, webrtc: false }) }
    )
  }
  const carrierNumber = async (_q: unknown, number: PhoneNumber): Promise<string> => dialString(number)
  const switching = createSwitching({ clock: systemClock, nodes, permission, carrierNumber, note: calls.note, seesCall: calls.sees })
  const contacted: string[] = []
  const tried: string[] = []
  const ownTelephone = createOwnTelephone({
    sealing,
    clock: systemClock,
    dialler,
    permission,
    telephoneNode: () => pbx.config.pbxNode,
    numbersOf: async (_tx, personId) => ownNumbers[personId] ?? []
  })
  const manualCalls = createManualCalls({
    db,
    sealing,
    clock: systemClock,
    dialler,
    nodes,
    ownTelephone,
    numberOfOrder: async () => orderNumber,
    numberOfCall: calls.numberOf,
    returns: calls.returnsByHand,
    firstContact: async (_tx, { orderId }) => { contacted.push(orderId) },
    notReached: async (_tx, { by, outcome }) => { tried.push(`${by} ${outcome}`) }
  })
  dialler.listen(manualCalls.legListener)
  dialler.listen(ownTelephone.legListener)
  await dialler.start()
  const journal = createJournal({
    db,
    handlers: [calls.journalHandler, agents.journalHandler, dialler.journalHandler, manualCalls.journalHandler],
    clock: systemClock,
    log,
    pollMs: 50
  })
  const shipper = createShipper({ db, file: pbx.paths.journalFile, node: pbx.config.pbxNode, log, pollMs: 30 })
  t.teardown(async () => {
    await dialler.stop()
    await shipper.close()
    await journal.close()
    await ami.close()
  })
  return {
    db,
    pbx,
    network,
    switchboard,
    calls,
    agents,
    switching,
    manualCalls,
    contacted,
    tried,
    command: async work => await db.tx(work),
    async moved (work) {
      const { act, save } = await db.tx(work)
      await act()
      return await db.tx(save)
    },
    async call (satisfies, seconds = 30) {
      let seen: CallDetail | undefined
      try {
        return await until(async () => {
          const [newest] = await calls.list(officer, { direction: 'inbound' }, { after: null, limit: 1 })
          if (!newest) throw new Error('no call yet')
          seen = await calls.get(officer, newest.id)
          if (!satisfies(seen)) throw new Error('not yet')
          return seen
        }, { what: 'the call', seconds })
      } catch (error) {
        throw new Error(`${String(error)}: ${JSON.stringify(seen, null, 1)}`)
      }
    }
  }
}
