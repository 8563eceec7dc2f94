import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Foundation } from './foundation.ts'
import { createLegList } from '../dialler/leg-list.ts'
import { createRecordings } from '../features/calls/recordings.ts'
import { administrationRoutes } from '../http/administration-routes.ts'
import { agentRoutes } from '../http/agent-routes.ts'
import { boardRoutes } from '../http/board-routes.ts'
import { calendarRoutes } from '../http/calendar-routes.ts'
import { callRoutes } from '../http/call-routes.ts'
import { callbackRoutes } from '../http/callback-routes.ts'
import { directoryRoutes } from '../http/directory-routes.ts'
import { dispatchRoutes } from '../http/dispatch-routes.ts'
import { emergencyRoutes } from '../http/emergency-routes.ts'
import { feedRoutes } from '../http/feed-routes.ts'
import { healthRoutes, type HealthCheck } from '../http/health-routes.ts'
import { legRoutes } from '../http/leg-routes.ts'
import { knowledgeRoutes } from '../http/knowledge-routes.ts'
import { maintenanceRoutes } from '../http/maintenance-routes.ts'
import { nameRoutes } from '../http/name-routes.ts'
import { noticeRoutes } from '../http/notice-routes.ts'
import { blockingRoutes } from '../http/blocking-routes.ts'
import { numberSearchRoutes } from '../http/number-search-routes.ts'
import { openapiRoutes } from '../http/openapi.ts'
import type { App } from '../http/route-kit.ts'
import { createHttpServer } from '../http/server.ts'
import { photoRoutes } from '../http/photo-routes.ts'
import { sessionRoutes } from '../http/session-routes.ts'
import { createSessions } from '../http/sessions.ts'
import { smsRoutes } from '../http/sms-routes.ts'
import { switchingRoutes } from '../http/switching-routes.ts'
import { parkedRows, retryParked } from '../pbx/journal/parked.ts'
import { createPromptShelf } from '../speech/prompt-shelf.ts'
import { urgeRoutes } from '../http/urge-routes.ts'
import { workOrderRoutes } from '../http/work-order-routes.ts'
import type { Features } from './features.ts'

export interface Http {
  app: App
  address: () => string
  start: () => Promise<void>
  stop: () => Promise<void>
}

/** Requests under way when the server is to end are answered first, for at most this long. ms */
const underWayMs = 5000

const sentences = fileURLToPath(new URL('../../dialplans/prompts/zh-CN.txt', import.meta.url))
const consoleFolder = fileURLToPath(new URL('../../dist/console', import.meta.url))

/** The HTTP side with every feature's routes. */
export async function createHttp (
  { config, pbx, db, sealing, clock, feed, recordingsDir, log }: Foundation, features: Features, checks: readonly HealthCheck[]
): Promise<Http> {
  const sessions = createSessions({ db, clock })
  const { webSocketUrl, tls } = config
  const { commands, queries } = features.workOrders
  const app = await createHttpServer({
    db,
    sealing,
    clock,
    sessions,
    logger: log,
    requestsPerMinute: config.requestsPerMinute,
    trustProxy: config.trustProxy,
    consoleFolder,
    tls: tls && { cert: readFileSync(tls.certFile), key: readFileSync(tls.keyFile) },
    connectSources: [new URL(webSocketUrl).origin],
    routes: [
      sessionRoutes({ db, clock, sessions, telephone: { webSocketUrl, domain: config.sip.host }, timeZone: config.timeZone }),
      administrationRoutes({ db, clock, sessions, telephones: features.agents }),
      directoryRoutes({
        directory: features.directory,
        commands: features.directoryCommands,
        unallocatedSince: async numbers => await features.dialler.unallocatedSince(db, numbers)
      }),
      calendarRoutes({ calendar: features.calendar }),
      nameRoutes({ db }),
      knowledgeRoutes({ knowledge: features.knowledge, answerTexts: features.workOrders.answerTexts }),
      workOrderRoutes({ commands, queries }),
      numberSearchRoutes({ clock, sealing, orders: queries, calls: features.calls, blocks: features.blocking }),
      dispatchRoutes({ commands }),
      urgeRoutes({ commands, queries }),
      photoRoutes({ photos: features.photos }),
      callbackRoutes({ db, clock, callbacks: features.callbacks, wayUp: features.workOrders.wayUp, recordingsDir }),
      callRoutes({
        db, calls: features.calls, recordings: createRecordings({ recordingsDir, hears: features.calls.hears }), linkCall: commands.linkCall
      }),
      agentRoutes({ agents: features.agents, clock }),
      switchingRoutes({ switching: features.switching, manualCalls: features.manualCalls }),
      emergencyRoutes(features.emergency),
      boardRoutes({ boards: features.boards, clock, waiting: features.calls.waiting, agents: features.agents.list }),
      legRoutes({ db, legs: createLegList({ sealing }), dialler: features.dialler, wayUp: features.workOrders.wayUp }),
      noticeRoutes({ notices: features.notices }),
      blockingRoutes({ blocking: features.blocking }),
      maintenanceRoutes({
        prompts: createPromptShelf({ sentences, soundsDir: pbx?.soundsDir ?? null }),
        parked: async () => await parkedRows(db),
        retry: async linkedId => await retryParked(db, linkedId)
      }),
      smsRoutes({ sms: features.sms, clock }),
      feedRoutes({ db, feed, clock, sessions }),
      healthRoutes({ checks, clock }),
      openapiRoutes
    ]
  })
  let address = ''
  return {
    app,
    address: () => address,
    async start () { address = await app.listen({ host: config.http.host, port: config.http.port }) },
    async stop () {
      const timer = setTimeout(() => { app.server.closeAllConnections() }, underWayMs)
      await app.close()
      clearTimeout(timer)
    }
  }
}
