import type { Logger } from 'pino'
import type { Database } from '../db/database.ts'
import type { Sealing } from '../db/sealing.ts'
import type { Clock } from '../domain/time/clock.ts'
import type { Module } from '../module.ts'
import type { Alarms } from '../queue/alarms.ts'
import { createSms, type TextMessages } from './sms.ts'
import { httpProvider, sparingSamplePeople, tableProvider } from './providers.ts'
import { smsNumbers, smsReplyNumbers } from './sealed-sms-store.ts'
import { smsRoutes } from './sms-routes.ts'

export interface SmsNeeds {
  db: Database
  sealing: Sealing
  clock: Clock
  alarms: Alarms
  log: Logger
  /** `url` null: messages stay in the table */
  gateway: { provider: 'table' | 'http', url: string | null, token: string | null }
  /** whether sample people are loaded: they get no messages */
  sampleLoaded: () => Promise<boolean>
}

/** Text messages (短信), out and back. */
export function smsModule ({ gateway: { provider, url, token }, sampleLoaded, ...needs }: SmsNeeds): Module & { sms: TextMessages } {
  const sms = createSms({
    ...needs,
    provider: provider === 'http' && url !== null ? sparingSamplePeople(httpProvider({ url, token }), url, sampleLoaded) : tableProvider
  })
  return {
    name: 'sms',
    sms,
    routes: [smsRoutes({ sms, clock: needs.clock })],
    alarms: [sms.alarm],
    sweeps: [sms.sweep],
    resealed: { numbers: [smsNumbers, smsReplyNumbers] }
  }
}
