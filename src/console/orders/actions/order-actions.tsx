import '../list/order-list.css'
import { useQueryClient } from '@tanstack/react-query'
import { App } from 'antd'
import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { ApiError } from '../../api/client.ts'
import { useRefusal } from '../../shell/refusals.ts'
import { KeyButton } from '../../shell/shortcuts.tsx'
import { ActionDialog } from './action-dialog.tsx'
import { actions } from './action-list.ts'
import type { Action } from './action.ts'
import type { Answers } from './answers.ts'
import type { OrderStep } from '../order-lists.ts'
import type { Order } from '../order-types.ts'
import { readOrder } from '../orders.ts'
import { VersionConflict } from './version-conflict.tsx'

/** The steps the service allows this person now: a button each, its questions in a dialogue. */
export function OrderActions ({ order, only, onDone }: { order: Order, only?: readonly OrderStep[], onDone?: () => void }): ReactNode {
  const { t } = useTranslation('action')
  const [asking, setAsking] = useState<Action | null>(null)
  const [conflict, setConflict] = useState<{ seen: Order, now: Order } | null>(null)
  const { message } = App.useApp()
  const refusal = useRefusal()
  const queries = useQueryClient()
  // 前后手: while another unit waits for its turn, a report hands over to it.
  const next = order.assignments.some(a => a.state === 'waiting' && a.endedAt === null)
  const hidden = next ? 'handling.report' : 'assignment.hand-over'
  const possible = actions.filter(a => a.step !== hidden && order.steps.includes(a.step) && (only === undefined || only.includes(a.step)))

  async function act (action: Action, answers: Answers): Promise<boolean> {
    try {
      await action.send(order, answers)
      setAsking(null)
      onDone?.()
      return true
    } catch (error) {
      if (error instanceof ApiError && error.code === 'version-conflict') setConflict({ seen: order, now: await readOrder(order.id) })
      else void message.error(refusal(error), 6)
      return false
    } finally {
      void queries.invalidateQueries({ queryKey: ['order', order.id] })
      void queries.invalidateQueries({ queryKey: ['orders'] })
    }
  }

  if (possible.length === 0) return null
  return (
    <div className='row order-actions' role='toolbar' aria-label={t('actions')}>
      {possible.map((a, i) => (
        <KeyButton
          key={a.step} type={i === 0 && a.step !== 'case.urge' ? 'primary' : 'default'} keys={a.keys}
          onPress={async () => { if (a.asks.length === 0) await act(a, {}); else setAsking(a) }}
        >{t(a.step)}
        </KeyButton>
      ))}
      {asking && (
        <ActionDialog
          key={asking.step}
          action={asking}
          order={order}
          onClose={() => { setAsking(null) }}
          onDone={async answers => await act(asking, answers)}
        />
      )}
      {conflict && <VersionConflict {...conflict} onClose={() => { setConflict(null) }} />}
    </div>
  )
}
