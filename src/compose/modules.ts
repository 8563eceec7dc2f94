import { join } from 'node:path'
import { shiftLeaderTelephones } from '../access/access-reads.ts'
import { accessModule } from '../access/module.ts'
import { calendarModule } from '../calendar/module.ts'
import { createDialPermission, type DialPermission } from '../dialler/permission/dial-permission.ts'
import { diallerModule } from '../dialler/module.ts'
import { trunkCallerIds } from '../dialler/trunks/trunk-store.ts'
import { runningPbxs } from '../node/node-health.ts'
import { createUnallocatedNumbers } from '../dialler/permission/unallocated-numbers.ts'
import { freeShareOf } from '../disk/free-share.ts'
import { edgesModule } from '../edge/module.ts'
import { agentsModule } from '../features/agents/module.ts'
import { blockingModule } from '../features/blocking/module.ts'
import { attachmentsModule } from '../features/attachments/module.ts'
import { boardsModule } from '../features/boards/module.ts'
import { callbacksModule } from '../features/callbacks/module.ts'
import { catalogueModule } from '../features/catalogue/module.ts'
import { linkToOrder } from '../features/calls/calls-reads.ts'
import { callsModule } from '../features/calls/module.ts'
import { directoryModule } from '../features/directory/module.ts'
import { centresOf, createOurNumbers, dialledLines, sampleLoaded } from '../features/directory/directory-reads.ts'
import { emergencyModule } from '../features/emergency/module.ts'
import { exchangeFilesModule } from '../features/exchange-files/module.ts'
import { interfacesModule } from '../features/interfaces/module.ts'
import { knowledgeModule } from '../features/knowledge/module.ts'
import { liveFiguresModule } from '../features/live-figures/module.ts'
import { noticesModule } from '../features/notices/module.ts'
import { numberSearchModule } from '../features/number-search/module.ts'
import { photosModule } from '../features/photos/module.ts'
import { placesModule } from '../features/places/module.ts'
import { qualityModule } from '../features/quality/module.ts'
import { switchingModule } from '../features/switching/module.ts'
import { openPartsOf } from '../features/work-orders/assignment/assignment-reads.ts'
import { workOrdersModule } from '../features/work-orders/module.ts'
import type { Module } from '../module.ts'
import { nodeStates } from '../node/node-state-reads.ts'
import { journalModule } from '../pbx/journal/module.ts'
import { pbxNodesModule } from '../pbx/node-rows/module.ts'
import { reachModule } from '../pbx/reach/module.ts'
import { policyModule } from '../policy/module.ts'
import { smsModule } from '../sms/module.ts'
import { speechModule } from '../speech/module.ts'
import type { Foundation } from './foundation.ts'

export type Modules = ReturnType<typeof createModules>
type Ground = ReturnType<typeof createGround>
type Telephony = ReturnType<typeof createTelephony>
type Orders = ReturnType<typeof createOrders>

/**
 * Every capability of the service, each handed the foundation and its needs from those before it, never from later ones. The other way
 * round, the later capability registers a listener.
 */
export function createModules (foundation: Foundation) {
  const { config } = foundation
  const ownNumbers = { ...config, callerIds: trunkCallerIds }
  const permission = createDialPermission({ ourNumbers: createOurNumbers(ownNumbers), named: config.dialPrefixes })
  const ground = createGround(foundation)
  const telephony = createTelephony(foundation, permission, ground)
  const orders = createOrders(foundation, permission, { ...ground, ...telephony })
  const desks = createDesks(foundation, permission, { ...ground, ...telephony, ...orders })
  // Orders stand first in what a search finds.
  const asked = Object.values<Module>({ ...orders, ...telephony, ...ground, ...desks })
  const readers = createReaders(foundation, { ...telephony, ...orders }, asked)
  return { ...ground, ...telephony, ...orders, ...desks, ...readers }
}

/** What the others stand on: messages, days, policies, the directory. */
function createGround (foundation: Foundation) {
  const { config, db } = foundation
  const journal = journalModule({ db })
  const processAges = async (): Promise<Map<string, number>> => new Map((await nodeStates(db)).map(({ node, ageMs }) => [node, ageMs]))
  const reach = reachModule({ ...foundation, processAges })
  const sms = smsModule({ ...foundation, gateway: config.sms, sampleLoaded: async () => await sampleLoaded(db) })
  const speech = speechModule({ ...foundation, folder: join(config.dataDir, 'spoken'), url: config.speech.url })
  const calendar = calendarModule(foundation)
  const policy = policyModule({ ...foundation, settings: config.attempts })
  const directory = directoryModule({ ...foundation, ...createUnallocatedNumbers(foundation), openParts: openPartsOf })
  const knowledge = knowledgeModule({ ...foundation, directory: directory.directory })
  const places = placesModule({ ...foundation, directory: directory.directory })
  const catalogue = catalogueModule({ ...foundation, directory: directory.directory, places: places.places, rules: policy.policies.rules })
  return { journal, reach, sms, speech, calendar, policy, directory, places, catalogue, knowledge }
}

/** Who is rung, and what became of each call. */
function createTelephony (foundation: Foundation, permission: DialPermission, { speech, directory, policy }: Ground) {
  const { config, db, nodes } = foundation
  const { host, port, localMobiles, caFile: _caFile, ...trunk } = config.trunk
  const { readerUnit } = directory.directory
  const dialler = diallerModule({
    ...foundation,
    permission,
    trunk: { ...trunk, id: 'trunk', address: `${host}:${port}` },
    localMobiles,
    edges: config.edge.addresses,
    sampleLoaded,
    lackedBy: speech.lackedBy,
    readerUnit
  })
  const exchangeFiles = exchangeFilesModule({
    ...foundation,
    overflow: config.overflow,
    centres: async q => await centresOf(q, config),
    dialledLines,
    shiftLeaders: shiftLeaderTelephones,
    permission,
    carrierNumber: dialler.carrierNumber
  })
  const calls = callsModule({ ...foundation, dialler: dialler.dialler, readerUnit, attempts: policy.policies.attempts })
  const agents = agentsModule({
    ...foundation,
    hasDisposition: calls.calls.hasDisposition,
    writeAgents: exchangeFiles.files.write,
    agentsKnown: exchangeFiles.files.known,
    running: async () => await runningPbxs({ db, names: nodes.all.map(({ name }) => name), sweepMs: config.sweepMs.ordinary }),
    wrapUpSeconds: config.wrapUpSeconds
  })
  return { calls, agents, dialler, exchangeFiles }
}

/** Orders, and what citizens are asked of them. */
function createOrders (foundation: Foundation, permission: DialPermission, below: Ground & Telephony) {
  const { config } = foundation
  const { sms, speech, calendar, policy, directory, places, catalogue, knowledge, dialler, calls, agents } = below
  const workOrders = workOrdersModule({
    ...foundation,
    sms: sms.sms,
    directory: directory.directory,
    places: places.places,
    catalogue: catalogue.catalogue,
    calendar: calendar.calendar.standing,
    policies: policy.policies.deadlines,
    channels: policy.policies.channels,
    rules: policy.policies.rules,
    calls: calls.calls,
    seesCall: calls.calls.sees,
    linkCall: linkToOrder,
    loginOf: agents.agents.loginOf,
    standingArticle: knowledge.knowledge.standing
  })
  const { commands, queries, photoRoles } = workOrders.workOrders
  const switching = switchingModule({
    ...foundation,
    dialler: dialler.dialler,
    permission,
    carrierNumber: dialler.carrierNumber,
    calls: calls.calls,
    numbersOf: async (_tx, personId) => await directory.directory.numbersOf(personId),
    orders: workOrders.workOrders.ringing
  })
  const callbacks = callbacksModule({
    ...foundation,
    sms: sms.sms,
    speech: speech.speech,
    dialler: dialler.dialler,
    dialByHand: switching.manualCalls.dialByHand,
    canBeRung: switching.manualCalls.canBeRung,
    orders: workOrders.workOrders,
    calls: calls.calls,
    calendar: calendar.calendar.standing,
    readerUnit: directory.directory.readerUnit,
    seesCall: calls.calls.sees,
    attempts: policy.policies.attempts,
    deadlines: policy.policies.deadlines,
    rules: policy.policies.rules,
    keySeconds: config.callbacks.keySeconds
  })
  const photos = photosModule({
    ...foundation,
    folder: join(config.dataDir, 'photos'),
    freeShare: freeShareOf,
    takers: photoRoles,
    orders: { sees: queries.one, mayAdd: queries.mayAddPhoto, onOrder: commands.photo }
  })
  const attachments = attachmentsModule({
    ...foundation,
    ...config.attachments,
    folder: join(config.dataDir, 'attachments'),
    freeShare: freeShareOf,
    madeAnew: photos.madeAnew,
    tree: directory.directory.tree,
    takers: photoRoles,
    orders: { sees: queries.one, mayAdd: queries.mayAddPhoto, onOrder: commands.attachment, scanned: commands.attachmentScanned }
  })
  return { workOrders, switching, callbacks, photos, attachments }
}

/** The desks of those who lead. */
function createDesks (foundation: Foundation, permission: DialPermission, below: Ground & Telephony & Orders) {
  const { config } = foundation
  const { sms, speech, calendar, policy, directory, dialler, calls, agents, workOrders } = below
  return {
    emergency: emergencyModule({
      ...foundation,
      dialler: dialler.dialler,
      nodesWithoutTrunk: dialler.nodesWithoutTrunk,
      permission,
      sms: sms.sms,
      speech: speech.speech,
      attempts: policy.policies.attempts,
      settings: { ...config.emergency, timeZone: config.timeZone, hotlineNumber: config.hotlineNumber },
      seenOrders: workOrders.workOrders.queries.seen
    }),
    boards: boardsModule({
      ...foundation,
      visible: workOrders.workOrders.visible,
      callFigures: async span => await calls.calls.figures(span),
      waiting: calls.calls.waiting,
      agents: agents.agents.list,
      channels: policy.policies.channels,
      rules: policy.policies.rules,
      directory: directory.directory
    }),
    notices: noticesModule({ ...foundation, speech: speech.speech, lackedBy: speech.lackedBy }),
    blocking: blockingModule({
      ...foundation, permission, numberOfCall: calls.calls.numberOf, sights: calls.calls.sights, withdrawReturn: calls.calls.withdrawReturn
    }),
    quality: qualityModule({
      ...foundation,
      timeZone: config.timeZone,
      call: calls.calls.get,
      hears: calls.calls.hears,
      sights: calls.calls.sights,
      loginOf: agents.agents.loginOf
    }),
    interfaces: interfacesModule({
      ...foundation,
      readerUnit: directory.directory.readerUnit,
      unit: async id => await directory.directory.unit(id),
      hiddenOrders: workOrders.workOrders.queries.hidden,
      orders: workOrders.workOrders,
      timeZone: config.timeZone,
      calendar: calendar.calendar.standing,
      takes: Object.values<Module>(below).flatMap(module => module.takes ?? [])
    }),
    liveFigures: liveFiguresModule(foundation),
    edges: edgesModule(foundation)
  }
}

/** The search by number, the audit's readers, and what is asked of a PBX before it goes: each asks every module before it. */
function createReaders (foundation: Foundation, { agents, workOrders }: Telephony & Orders, asked: readonly Module[]) {
  return {
    pbxNodes: pbxNodesModule({
      ...foundation,
      processes: async () => await nodeStates(foundation.db),
      believed: async node => (await Promise.all(asked.map(async module => await module.believedChannels?.(node) ?? []))).flat().length
    }),
    numberSearch: numberSearchModule({ ...foundation, finders: asked.flatMap(module => module.ofNumber ?? []) }),
    access: accessModule({
      ...foundation,
      telephones: agents.agents,
      names: {
        hiddenOrders: workOrders.workOrders.queries.hidden,
        ordersOf: asked.flatMap(module => module.ordersOf ?? [])
      },
      exchanges: () => foundation.nodes.all.map(({ name, webSocketUrl, sip }) => ({ node: name, webSocketUrl, domain: sip.host }))
    })
  }
}
