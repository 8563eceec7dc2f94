import type { Database } from '../../db/database.ts'
import type { Sealing } from '../../db/sealing.ts'
import type { Clock } from '../../domain/clock.ts'
import type { Feed } from '../../feed/feed.ts'
import type { AlarmHandler, Alarms, Sweep } from '../../queue/alarms.ts'
import type { Sms } from '../../sms/sms.ts'
import type { OrderCommands, OrderDirectory, OrderHooks } from './order-types.ts'

/** 工单: orders from a citizen's first word to the closing, with their clocks. */
export interface WorkOrders {
  commands: OrderCommands
  alarmHandlers: AlarmHandler[]
  sweeps: Sweep[]
}

export interface WorkOrdersOptions {
  db: Database
  clock: Clock
  feed: Feed
  alarms: Alarms
  sms: Sms
  sealing: Sealing
  directory: OrderDirectory
  hooks: OrderHooks
  timeZone: string
}
