import { randomBytes } from 'node:crypto'
import pino from 'pino'
import type { Test } from 'tap'
import { createSealing } from '../../../src/db/sealing.ts'
import { createDialler, type DiallerOptions, type RunningDialler } from '../../../src/dialler/dialler.ts'
import type { DialRequest, LegEvent, TrunkSetting } from '../../../src/dialler/dialler-types.ts'
import type { LegNode, LegNodes } from '../../../src/dialler/legs/leg-nodes.ts'
import { createNodes } from '../../../src/pbx/nodes.ts'
import type { OriginateRequest } from '../../../src/pbx/verbs/channels.ts'
import { adjustableClock } from '../../../src/domain/time/clock.ts'
import { legPriority, type LegPurpose } from '../../../src/domain/telephone/legs.ts'
import type { PhoneNumber } from '../../../src/domain/telephone/phone-number.ts'
import type { PbxEvent } from '../../../src/pbx/pbx-event.ts'
import type { Alarm } from '../../../src/queue/alarms.ts'
import type { Database } from '../../../src/db/database.ts'
import { freshDatabase } from '../servers/database.ts'
import { permissionOfTest } from '../stories/permission.ts'

export const citizen = (n: number): PhoneNumber => `+8613900${String(n).padStart(6, '0')}` as PhoneNumber

// One key for all: a second dialler on the same database opens what the first has sealed.
const sealingKey = randomBytes(32)

let asked = 0

/** A callback with the usual figures; what matters to a test is overridden. */
export const callback = (over: Partial<DialRequest> = {}): DialRequest => ({
  key: `key-${++asked}`,
  purpose: 'callback',
  priority: legPriority.automated,
  subject: `callback:${asked}`,
  numbers: [citizen(asked)],
  attempts: 3,
  gapSeconds: 60,
  ringSeconds: 30,
  talkSeconds: 300,
  script: { name: 'callback', variables: {} },
  ...over
})

export const emergency = (over: Partial<DialRequest> = {}): DialRequest =>
  callback({ purpose: 'emergency', priority: legPriority.emergency, script: { name: 'emergency', variables: {} }, ...over })

export const carrier: TrunkSetting = {
  id: 'trunk',
  address: '127.0.0.2:15070',
  channels: 30,
  reservedInbound: 5,
  callsPerSecond: 1000,
  callerId: '962000',
  outOfTownPrefix: '',
  qualifySeconds: 3,
  keys: 'rfc4733'
}

/** A switchboard that writes down what it is told: for what the dialler decides, where no telephone is needed. */
export type SwitchRecorder = LegNode['switchboard'] & {
  told: OriginateRequest[]
  hungUp: string[]
  channels: Set<string>
  /** those of the channels that nobody has answered */
  ringing: Set<string>
  /** where a channel is, other than in its script */
  places: Map<string, { context: string, bridgeId?: string }>
  up: boolean
  /** what `originate` rejects with */
  refuseWith: Error | null
  /** telephones of ours that are not registered */
  unregistered: Set<string>
  isRegistered: (extension: string) => Promise<boolean>
}

export function switchRecorder (): SwitchRecorder {
  const recorder: SwitchRecorder = {
    told: [],
    hungUp: [],
    channels: new Set(),
    ringing: new Set(),
    places: new Map(),
    up: true,
    refuseWith: null,
    unregistered: new Set(),
    isRegistered: async extension => !recorder.unregistered.has(extension),
    async originate (leg) {
      recorder.told.push(leg)
      if (recorder.refuseWith) throw recorder.refuseWith
    },
    async hangup (id) { recorder.hungUp.push(id) },
    livingChannels: async () => [...recorder.channels].map(uniqueId => ({
      uniqueId,
      linkedId: uniqueId,
      channel: `PJSIP/trunk-${uniqueId}`,
      state: recorder.ringing.has(uniqueId) ? 'Ringing' : 'Up',
      context: 'hotline-leg',
      exten: 's',
      application: '',
      bridgeId: '',
      seconds: 1,
      ...recorder.places.get(uniqueId)
    }))
  }
  return recorder
}

/** The one PBX of most tests, or several, each with a switchboard that writes down. */
export const nodesWith = (switchboards: Record<string, SwitchRecorder>): LegNodes =>
  createNodes(Object.entries(switchboards).map(([name, switchboard]) => ({ name, switchboard, isUp: () => switchboard.up })))

export interface DiallerWorld {
  db: Database
  dialler: RunningDialler
  switchboard: SwitchRecorder
  clock: ReturnType<typeof adjustableClock>
  heard: LegEvent[]
  alarms: Alarm[]
  ask: (...requests: DialRequest[]) => Promise<string[]>
  cancel: (ids: readonly string[], hangUp?: boolean) => Promise<void>
  /** journals what the PBX reported of a leg, one transaction */
  reports: (legId: string, ...what: Report[]) => Promise<void>
  journal: (...events: PbxEvent[]) => Promise<void>
  numbers: () => string[]
  place: () => Promise<void>
  legs: () => Promise<Array<{
    id: string
    state: string
    outcome: string | null
    cause: number | null
    attempt: number
    number_index: number
    request_id: string
  }>>
  requests: () => Promise<Array<{ id: string, state: string, outcome: string | null, attempt: number, next_at: Date, repeats: number }>>
}

export type Report = 'rings' | 'answers' | 'bridged' | 'recorded' | 'ends' | 'lost'
  | { key: string, q?: string } | { done: string } | { hangup: number }
  | { room: 'join' | 'leave' | 'refused', key?: string }

let row = 0

export function pbxEvent (uniqueId: string, what: Report | 'node-restart' | 'node-lost' | 'channel-back', at: Date): PbxEvent {
  const base = {
    row: ++row,
    node: 'pbx1',
    at,
    uniqueId,
    linkedId: uniqueId,
    channel: `PJSIP/trunk-${row}`,
    num: '',
    exten: '',
    context: '',
    app: '',
    appData: '',
    peer: ''
  }
  if (what === 'rings') return { ...base, kind: 'chan-start' }
  if (what === 'answers') return { ...base, kind: 'answer' }
  if (what === 'bridged') return { ...base, kind: 'bridge-enter' }
  if (what === 'recorded') return { ...base, kind: 'user', name: 'LD_RECORDING', data: { file: 'a.wav' } }
  if (what === 'ends') return { ...base, kind: 'chan-end' }
  if (what === 'lost') return { ...base, kind: 'channel-lost' }
  if (what === 'node-restart' || what === 'node-lost') return { ...base, kind: what }
  if (what === 'channel-back') return { ...base, kind: what, answered: false }
  if ('hangup' in what) return { ...base, kind: 'hangup', cause: what.hangup, source: '', dialStatus: '' }
  if ('room' in what) {
    const key = what.key === undefined ? {} : { q: 'answer', key: what.key }
    return { ...base, kind: 'user', name: 'LD_ROOM', data: { room: '1', verb: what.room, leg: uniqueId, ...key } }
  }
  if ('key' in what) return { ...base, kind: 'user', name: 'LD_KEY', data: { leg: uniqueId, q: what.q ?? 'contacted', key: what.key } }
  return { ...base, kind: 'user', name: 'LD_LEG_DONE', data: { leg: uniqueId, result: what.done } }
}

/** The dialler on a database of its own. Not started: rounds run when the test says so, unless `running`. */
export async function diallerWorld (
  t: Test, { trunk = {}, running = true, ...over }: { trunk?: Partial<TrunkSetting>, running?: boolean } & Partial<DiallerOptions> = {}
): Promise<DiallerWorld> {
  const db = over.db ?? (await freshDatabase(t)).db
  const clock = adjustableClock()
  const switchboard = switchRecorder()
  const alarms: Alarm[] = []
  const heard: LegEvent[] = []
  const dialler = createDialler({
    db,
    sealing: createSealing(sealingKey),
    clock,
    nodes: nodesWith({ pbx1: switchboard }),
    alarms: { async set (_tx, ...set) { alarms.push(...set) } },
    trunks: [{ ...carrier, ...trunk }],
    timeZone: 'Asia/Shanghai',
    permission: permissionOfTest,
    sampleLoaded: async () => false,
    onTrunk: async () => {},
    catchUpJournal: async () => {},
    log: pino({ level: 'silent' }),
    ...over
  })
  for (const purpose of ['callback', 'emergency', 'manual'] as LegPurpose[]) {
    dialler.listen({ purpose, async hear (_tx, events) { heard.push(...events) } })
  }
  if (running) await dialler.start()
  t.teardown(async () => { await dialler.stop() })
  const journal = async (...events: PbxEvent[]): Promise<void> => {
    await db.tx(async tx => { await dialler.journalHandler.handle(tx, events) })
  }
  return {
    db,
    dialler,
    switchboard,
    clock,
    heard,
    alarms,
    journal,
    ask: async (...requests) => (await db.tx(async tx => await dialler.request(tx, ...requests))).map(r => r.requestId),
    cancel: async (ids, hangUp) => { await db.tx(async tx => { await dialler.cancel(tx, ids, 'test', hangUp) }) },
    reports: async (legId, ...what) => { await journal(...what.map(w => pbxEvent(legId, w, clock.now()))) },
    numbers: () => switchboard.told.map(({ to }) => 'number' in to ? to.number : ''),
    place: async () => { await dialler.sweeps[0]?.run(clock.now()) },
    legs: async () => await db.query(`select id, state, outcome, cause, attempt, number_index, request_id from leg
      order by placing_at, id`),
    requests: async () => await db.query('select id, state, outcome, attempt, next_at, repeats from dial_request order by created_at, id')
  }
}
