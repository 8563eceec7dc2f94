import type { Database } from '../../db/database.ts'
import type { Actor, Role } from '../../domain/people/roles.ts'
import type { AlarmHandler, Sweep } from '../../queue/alarms.ts'
import type { OrderListener } from './order-types.ts'
import type { OrderContext } from './life-cycle/order-context.ts'
import { ordersToCells } from './cells/orders-to-cells.ts'
import { createAnswerTexts, type AnswerTexts } from './answer-text/answer-texts.ts'
import { createAnswering } from './closing/answering.ts'
import { createClosing } from './closing/closing.ts'
import { createDispatching } from './assignment/dispatching.ts'
import { createExtending } from './clocks/extending.ts'
import { createHandling } from './life-cycle/handling.ts'
import { createIntake } from './intake/intake.ts'
import { createJoining } from './intake/joining.ts'
import { createOrderJobs } from './work-orders-jobs.ts'
import { visibleSql } from './reading/order-list-sql.ts'
import { createOrderQueries, type OrderQueries } from './reading/order-queries.ts'
import { rolesOf } from './life-cycle/rules/life-cycle-steps.ts'
import { createRinging, type Ringing } from './life-cycle/ringing.ts'
import { createObjecting, lateObjectionsSweep } from './objections/objecting.ts'
import { createParking } from './parking/parking.ts'
import { parkingSweeps } from './parking/parking-sweeps.ts'
import { createUnmerging } from './requests/unmerging.ts'
import { createUrging } from './clocks/urging.ts'

/**
 * Commands on work orders. Each checks the actor, what state the order is in and, where one is given, the version.
 * @throws DomainError `not-found`, `version-conflict` (details.version), `transition-not-allowed`, `guard-not-met`, `not-allowed`,
 *   `other-units-order`, `own-units-verification`, `own-answer`, `own-parking`, `park-too-long`, `parks-used-up`,
 *   `unknown-category`, `unknown-channel`, `unknown-unit`, `unknown-town`,
 *   `unknown-person`, `not-a-phone-number`, `emergency-number-refused`, `control-character`, `invalid-input`
 */
export type OrderCommands = ReturnType<typeof createOrderCommands>

/** 工单: orders from a citizen's first word to the closing, with their clocks. */
export interface WorkOrders {
  commands: OrderCommands
  queries: OrderQueries
  answerTexts: AnswerTexts
  /** roles that may add a photo to an order at all */
  photoRoles: readonly Role[]
  /** adds a listener, told from then on, in the transaction of each order */
  listen: (listener: Partial<OrderListener>) => void
  /** Only what this person may see, as a condition on `work_order o`; `v` takes a value and returns its placeholder. */
  visible: (actor: Actor) => Promise<(v: (value: unknown) => string) => string>
  /** for those who ring complainants by hand */
  ringing: Ringing
  alarmHandlers: AlarmHandler[]
  sweeps: Sweep[]
}

export interface WorkOrdersOptions extends Omit<OrderContext, 'announce'> { db: Database }

const createOrderCommands = (context: OrderContext) => ({
  ...createIntake(context),
  ...createJoining(context),
  ...createUnmerging(context),
  ...createDispatching(context),
  ...createHandling(context),
  ...createExtending(context),
  ...createObjecting(context),
  ...createParking(context),
  ...createUrging(context),
  ...createAnswering(context),
  ...createClosing(context)
})

export function createWorkOrders ({ db, ...options }: WorkOrdersOptions): WorkOrders {
  const listeners: Array<Partial<OrderListener>> = []
  const context: OrderContext = {
    ...options,
    announce: {
      async stepped (...what) { for (const listener of listeners) await listener.stepped?.(...what) },
      async askingBegins (...what) { for (const listener of listeners) await listener.askingBegins?.(...what) },
      async askingLeaves (...what) { for (const listener of listeners) await listener.askingLeaves?.(...what) },
      async askingEnds (...what) { for (const listener of listeners) await listener.askingEnds?.(...what) }
    }
  }
  const commands = createOrderCommands(context)
  const queries = createOrderQueries(context, db)
  const jobs = createOrderJobs(context, db)
  return {
    commands,
    queries,
    async visible (actor) {
      const units = await context.directory.tree()
      return v => visibleSql(actor, units, v)
    },
    photoRoles: rolesOf('photo.add', 'photo.verify'),
    listen: listener => { listeners.push(listener) },
    ringing: createRinging({ sealing: context.sealing, commands, queries }),
    answerTexts: createAnswerTexts({ ...context, db, queries }),
    alarmHandlers: jobs.alarmHandlers,
    sweeps: [...jobs.sweeps, lateObjectionsSweep(context, db), ...parkingSweeps(context, db), ordersToCells(context, db)]
  }
}
