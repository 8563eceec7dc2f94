import { join } from 'node:path'
import type { Foundation } from './foundation.ts'
import { createCalendar, type Calendar } from '../calendar/calendar.ts'
import type { Queryable } from '../db/database.ts'
import { createDialler, type RunningDialler } from '../dialler/create-dialler.ts'
import { createDialPermission } from '../dialler/dial-permission.ts'
import { isOutOfTown, trunkSpelling } from '../dialler/rules/dialled-number.ts'
import { withoutExtension, type PhoneNumber } from '../domain/phone-number.ts'
import { systemActor } from '../domain/roles.ts'
import { createAgents, type Agents } from '../features/agents/agents.ts'
import type { Blocking } from '../features/blocking/blocking.ts'
import { createBoards, type Boards } from '../features/boards/boards.ts'
import { departmentsOf } from '../features/boards/rules/counts.ts'
import { createCallbacks, type Callbacks } from '../features/callbacks/callbacks.ts'
import { createCalls, type Calls } from '../features/calls/calls.ts'
import { createRecordingGuard, freeShareOf, type RecordingGuard } from '../features/calls/recording-guard.ts'
import { createRecordingSizes } from '../features/calls/recording-sizes.ts'
import { createDirectory, type Directory } from '../features/directory/directory.ts'
import { createDirectoryCommands, type DirectoryCommands } from '../features/directory/directory-commands.ts'
import { createKnowledge, type Knowledge } from '../features/knowledge/knowledge.ts'
import { createNotices, type Notices } from '../features/notices/notices.ts'
import { createManualCalls, type ManualCalls } from '../features/switching/manual-calls.ts'
import { createOwnTelephone } from '../features/switching/own-telephone.ts'
import { createPhotos, type Photos } from '../features/photos/photos.ts'
import { createSwitching, type Switching } from '../features/switching/switching.ts'
import type { PhotoPurpose } from '../features/work-orders/order-types.ts'
import { createWorkOrders, type WorkOrders } from '../features/work-orders/work-orders.ts'
import { createLiveState, type LiveState } from '../pbx/live-state.ts'
import type { BelievedChannel } from '../pbx/journal/lost-channels.ts'
import type { JournalHandler } from '../pbx/pbx-event.ts'
import { createHttpSweep } from '../http/http-sweep.ts'
import { createAlarms, type AlarmHandler, type Sweep } from '../queue/alarms.ts'
import { createSms, type TextMessages } from '../sms/create-sms.ts'
import { httpProvider, sparingSamplePeople, tableProvider } from '../sms/providers.ts'
import { createSpeech } from '../speech/create-speech.ts'
import { createBlockingParts } from './blocking.ts'
import { createEmergencyParts, type EmergencyParts } from './emergency.ts'
import { tellHints, trunkAudience, trunkSweep } from './hints.ts'
import { createOurNumbers } from './our-numbers.ts'
import { createPhoneBook } from './phone-book.ts'

/** Every capability of the service, and what each of them does without being asked. */
export interface Features {
  calendar: Calendar
  directory: Directory
  directoryCommands: DirectoryCommands
  knowledge: Knowledge
  calls: Calls
  recordingGuard: RecordingGuard
  agents: Agents
  workOrders: WorkOrders
  photos: Photos<PhotoPurpose>
  callbacks: Callbacks
  dialler: RunningDialler
  sms: TextMessages
  switching: Switching
  manualCalls: ManualCalls
  emergency: EmergencyParts
  boards: Boards
  notices: Notices
  blocking: Blocking
  live: LiveState
  journalHandlers: JournalHandler[]
  alarmHandlers: AlarmHandler[]
  sweeps: Sweep[]
  /** channels of this PBX that live by what the journal has told */
  believedChannels: () => Promise<BelievedChannel[]>
  /** after a login to the PBX, with the journal caught up */
  exchangeIsUp: () => Promise<void>
  start: () => Promise<void>
  stop: () => Promise<void>
  close: () => Promise<void>
}

export interface FeaturesSeams {
  /** ships and handles the journal up to its present end */
  catchUpJournal: () => Promise<void>
}

export function createFeatures (foundation: Foundation, { catchUpJournal }: FeaturesSeams): Features {
  const { config, db, sealing, clock, feed, exchange, pbx, log } = foundation
  const { timeZone } = config
  const alarms = createAlarms(() => { db.wake('outbox') })
  const sampleLoaded = async (q: Queryable): Promise<boolean> => (await q.query('select 1 from person where sample limit 1')).length > 0
  const provider = config.sms.provider === 'http' && config.sms.url !== null
    ? sparingSamplePeople(httpProvider({ url: config.sms.url, token: config.sms.token }), config.sms.url, async () => await sampleLoaded(db))
    : tableProvider
  const sms = createSms({ db, sealing, alarms, provider, clock, log })
  const speech = createSpeech({ soundsDir: pbx?.soundsDir ?? null, url: config.speech.url })
  const directory = createDirectory({ db, clock, timeZone })
  const calendar = createCalendar({ db, clock, timeZone })
  const knowledge = createKnowledge({ db, clock, feed, today: directory.today, unit: async id => await directory.unit(id), category: async code => await directory.category(code) })
  const localMobiles = new Set(config.trunk.localMobiles)
  // Without a prefix every number is spelled the same, whatever town it is of.
  const outOfTown = (number: PhoneNumber): boolean => config.trunk.outOfTownPrefix !== '' && isOutOfTown(withoutExtension(number), localMobiles)
  const carrierNumber = (number: PhoneNumber): string => trunkSpelling(number, config.trunk.outOfTownPrefix, outOfTown(number))
  const permission = createDialPermission({ ourNumbers: createOurNumbers(config), named: config.dialPrefixes })
  const phoneBook = createPhoneBook({ config, db, pbx, exchange, log }, { permission, carrierNumber })
  const { host, port, channels, reservedInbound, callsPerSecond, callerId, outOfTownPrefix, qualifySeconds } = config.trunk
  const dialler = createDialler({
    db,
    sealing,
    clock,
    switchboard: exchange.legs,
    alarms,
    trunks: [{ id: 'trunk', address: `${host}:${port}`, channels, reservedInbound, callsPerSecond, callerId, outOfTownPrefix, watched: qualifySeconds > 0 }],
    node: config.pbxNode,
    timeZone,
    sampleLoaded,
    catchUpJournal,
    onTrunk: async (tx, { id, silentSince, at }) => {
      await feed.publish(tx, { topic: silentSince ? 'trunk.silent' : 'trunk.back', subject: id, at, data: { since: silentSince }, audience: trunkAudience })
    },
    permission,
    isOutOfTown: outOfTown,
    log
  })
  const workOrders = createWorkOrders({
    db,
    clock,
    feed,
    alarms,
    sms,
    sealing,
    directory,
    calendar: calendar.standing,
    hooks: {
      scheduleCallback: async (tx, order, acceptedAt) => { await callbacks.schedule(tx, order, acceptedAt) },
      cancelCallbacks: async (tx, orderId, cycle, reason) => { await callbacks.cancel(tx, orderId, cycle, reason) },
      seesCall: async (tx, actor, callId) => await calls.sees(tx, actor, callId)
    }
  })
  const callbacks = createCallbacks({
    db,
    clock,
    feed,
    alarms,
    sms,
    sealing,
    speech,
    dialler,
    dialByHand: async (tx, actor, call) => await manualCalls.dialByHand(tx, actor, call),
    orders: workOrders.commands,
    calendar: calendar.standing,
    wayUp: workOrders.wayUp,
    seesCall: async (tx, actor, callId) => await calls.sees(tx, actor, callId),
    timeZone,
    settings: config.callbacks,
    onError: error => { log.warn({ err: error }, 'a callback could not be dealt with; it is tried again') }
  })
  const photos = createPhotos<PhotoPurpose>({
    db,
    clock,
    folder: join(config.dataDir, 'photos'),
    freeShare: freeShareOf,
    sees: workOrders.queries.one,
    mayAdd: workOrders.queries.mayAddPhoto,
    onOrder: workOrders.commands.photo
  })
  const calls = createCalls({
    db,
    sealing,
    clock,
    feed,
    dialler,
    wayUp: workOrders.wayUp,
    openDraft: async (tx, { callId, extension, numberSealed }) => {
      // Nobody files for the machine: a returned or called-back citizen's call belongs to an order already.
      const number = numberSealed === null ? null : sealing.open(numberSealed) as PhoneNumber
      // One identity: what is written on a telephone is its login's.
      const login = await agents.loginOf(tx, extension)
      await workOrders.commands.draftForCall(tx, { ...systemActor, id: login ?? extension, extension }, { callId, number })
    },
    callsEnded: async (tx, ended) => { for (const { callId, at } of ended) await workOrders.commands.draftCallEnded(tx, callId, at) },
    awaitingCallbacks: async (tx, hashes) => await callbacks.queries.awaiting(tx, hashes)
  })
  const recordingGuard = createRecordingGuard({
    recordingsDir: foundation.recordingsDir,
    onChange: state => { log.warn(state, state.recording ? 'there is room again: calls are recorded' : 'the disk is nearly full: calls are not recorded') }
  })
  const agents = createAgents({
    db,
    clock,
    feed,
    queue: exchange.queueMembers,
    hasDisposition: calls.hasDisposition,
    writeAgents: phoneBook.write,
    wrapUpSeconds: config.wrapUpSeconds,
    onError: (error, what) => { log.warn({ err: error, what }, 'an agent\'s place in the queue could not be set; it is set again when the PBX is back') }
  })
  const switching = createSwitching({ clock, switchboard: exchange.switchboard, permission, carrierNumber, note: calls.note, seesCall: calls.sees })
  const ownTelephone = createOwnTelephone({
    sealing,
    clock,
    dialler,
    permission,
    numbersOf: async (_tx, personId) => {
      const person = await directory.person(personId).catch(() => null)
      return [person?.mobile, person?.office].filter(n => n !== null && n !== undefined) as PhoneNumber[]
    }
  })
  const manualCalls = createManualCalls({
    db,
    sealing,
    clock,
    dialler,
    switchboard: exchange.switchboard,
    hasten: (tx, requestIds) => {
      tx.write('update dial_request set next_at = $2 where id = any($1) and state = \'waiting\'', [requestIds, clock.now()])
      tx.afterCommit(dialler.wake)
    },
    ownTelephone,
    // Whoever may see the order may call; the number itself stays hidden.
    numberOfOrder: async (tx, actor, orderId) => {
      await workOrders.queries.one(actor, orderId)
      const [order] = await tx.query<{ sealed: Buffer | null }>('select number_sealed sealed from work_order where id = $1', [orderId])
      return order?.sealed ? sealing.open(order.sealed) as PhoneNumber : null
    },
    numberOfCall: calls.numberOf,
    firstContact: async (tx, { orderId, callId, extension }) => {
      await workOrders.commands.linkCall(tx, { ...systemActor, extension }, { orderId, callId, role: 'first_contact' })
    },
    notReached: async (tx, tried) => { await workOrders.commands.callTried(tx, systemActor, tried) },
    onError: error => { log.warn({ err: error }, 'a call by hand could not be placed') }
  })
  const emergency = createEmergencyParts(foundation, { dialler, permission, sms, speech, seenOrders: workOrders.queries.seen })
  const boards = createBoards({
    db,
    clock,
    timeZone,
    visible: workOrders.visible,
    callFigures: async span => await calls.figures(span),
    names: async () => {
      const [units, categories] = await Promise.all([directory.units(), directory.categories()])
      return {
        units: new Map(units.map(u => [u.id, u.name])),
        towns: new Map(units.filter(u => u.kind === 'town').map(u => [u.id, u.name])),
        departments: departmentsOf(units),
        categories: new Map(categories.map(c => [c.code, c.name])),
        classes: new Map(categories.map(c => [c.classCode, c.className]))
      }
    }
  })
  const notices = createNotices({
    db,
    clock,
    feed,
    render: speech.render,
    put: async notice => {
      // The end first when it is taken back, the prompt first when it is put: never an end without its prompt.
      if (notice) await exchange.switchboard.dbPut('notice', 'prompt', notice.prompt)
      await exchange.switchboard.dbPut('notice', 'until', String(notice?.until ?? 0))
    }
  })
  const blocking = createBlockingParts(foundation, { permission, calls })
  sms.onReply('callbacks', callbacks.replyListener)
  dialler.listen(calls.missedCallListener)
  dialler.listen(manualCalls.legListener)
  dialler.listen(ownTelephone.legListener)
  const live = createLiveState({ ami: exchange.ami, switchboard: exchange.switchboard, trunks: ['trunk'], now: clock.now })
  const stopHints = tellHints({ live, feed, clock, dialler, onHold: emergency.onHold, onError: error => { log.warn({ err: error }, 'what the PBX said of a trunk could not be kept') } })

  return {
    calendar,
    directory,
    directoryCommands: createDirectoryCommands({ directory }),
    knowledge,
    calls,
    recordingGuard,
    agents,
    workOrders,
    photos,
    callbacks,
    dialler,
    sms,
    switching,
    manualCalls,
    emergency,
    boards,
    notices,
    blocking,
    live,
    // A call is known before what happened on it: each handler may rely on those before it.
    journalHandlers: [calls.journalHandler, agents.journalHandler, dialler.journalHandler, manualCalls.journalHandler, emergency.journalHandler, blocking.journalHandler],
    alarmHandlers: [sms.alarm, ...dialler.alarmHandlers, ...workOrders.alarmHandlers, ...callbacks.alarmHandlers],
    sweeps: [trunkSweep({ live, dialler }), ...dialler.sweeps, ...workOrders.sweeps, ...callbacks.sweeps, photos.sweep, agents.sweep, agents.queueSweep, recordingGuard.sweep, createRecordingSizes({ db, recordingsDir: foundation.recordingsDir }), sms.sweep, ...emergency.sweeps, blocking.sweep, manualCalls.sweep, phoneBook.sweep, createHttpSweep(db)],
    async believedChannels () {
      const [channels, seats] = await Promise.all([calls.livingChannels(config.pbxNode), emergency.seats(config.pbxNode)])
      const known = new Set(channels.map(c => c.uniqueId))
      return [...channels, ...seats.filter(s => !known.has(s.uniqueId))]
    },
    async exchangeIsUp () {
      await phoneBook.reloadOwed()
      await Promise.all([dialler.recover(), emergency.exchangeIsUp(), agents.reconcile(), blocking.exchangeIsUp()])
    },
    async start () {
      await agents.writeAccounts()
      await dialler.start()
    },
    stop: dialler.stop,
    async close () {
      stopHints()
      live.close()
    }
  }
}
