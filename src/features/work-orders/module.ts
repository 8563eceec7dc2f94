import type { Module } from '../../module.ts'
import { answerTextRoutes, type AnswerTextRoutesOptions } from './answer-text/answer-text-routes.ts'
import { callLinkRoutes } from './intake/call-link-routes.ts'
import { dispatchRoutes } from './assignment/dispatch-routes.ts'
import { createDraftOfCall, type DraftOfCallOptions } from './intake/draft-of-call.ts'
import { reportedOrders } from './intake/reported-orders.ts'
import { objectionRoutes } from './objections/objection-routes.ts'
import { parkingRoutes } from './parking/parking-routes.ts'
import { urgeRoutes } from './clocks/urge-routes.ts'
import { ordersOfNumber, workOrderRoutes } from './work-orders-routes.ts'
import { createWorkOrders, type WorkOrders, type WorkOrdersOptions } from './work-orders.ts'
import { plainPlace } from './intake/rules/order-fields.ts'
import { complainantNames, complainantNumbers, orderPlaces } from './requests/sealed-requests-store.ts'

export interface WorkOrdersNeeds extends WorkOrdersOptions,
  Pick<DraftOfCallOptions, 'loginOf'>, Pick<AnswerTextRoutesOptions, 'standingArticle'> {
  /** tells of citizens' calls from then on */
  calls: { listen: (listener: ReturnType<typeof createDraftOfCall>) => void }
}

/** 工单: orders from a citizen's first word to the closing, with their clocks. */
export function workOrdersModule ({ calls, loginOf, standingArticle, ...needs }: WorkOrdersNeeds): Module & { workOrders: WorkOrders } {
  const workOrders = createWorkOrders(needs)
  const { commands, queries, answerTexts } = workOrders
  calls.listen(createDraftOfCall({ commands, sealing: needs.sealing, loginOf }))
  return {
    name: 'work-orders',
    workOrders,
    routes: [
      workOrderRoutes({ commands, queries }),
      dispatchRoutes({ commands }),
      urgeRoutes({ commands, queries }),
      objectionRoutes({ db: needs.db, queries }),
      parkingRoutes({ db: needs.db, queries }),
      callLinkRoutes({ commands }),
      answerTextRoutes({ answerTexts, standingArticle })
    ],
    alarms: workOrders.alarmHandlers,
    sweeps: workOrders.sweeps,
    ofNumber: ordersOfNumber(queries),
    resealed: {
      numbers: [complainantNumbers],
      values: [complainantNames, orderPlaces(place => needs.sealing.fingerprint(plainPlace(needs.sealing.open(place))))]
    },
    takes: [reportedOrders({ commands, queries })]
  }
}
