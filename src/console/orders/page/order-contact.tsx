import { App, Input, Space } from 'antd'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { api, onceKey } from '../../api/client.ts'
import { holds, useWho } from '../../api/session.tsx'
import { useAttempt } from '../../shell/refusals.ts'
import { KeyButton } from '../../shell/shortcuts.tsx'
import { useKeptAnswers } from '../actions/kept-answers.ts'
import type { Order } from '../order-types.ts'

/** Calling the citizen through the exchange, from its telephone or one's own (the number stays hidden), and a note on the timeline. */
export function OrderContact ({ order }: { order: Order }): ReactNode {
  const { t } = useTranslation('action')
  const { message } = App.useApp()
  const who = useWho()
  const attempt = useAttempt()
  const { answers: { text }, set, forget } = useKeptAnswers(`${who.login}:${order.id}:case.note`, '', () => ({ text: '' }))
  return (
    <div className='row'>
      {holds(who, 'AGENT', 'SHIFT_LEADER', 'CALLBACK_OFFICER', 'DISPATCHER', 'SUBCENTRE_OPERATOR', 'HANDLER', 'VERIFIER',
        'EMERGENCY_COORDINATOR') && !order.complainant.anonymous && (
          <KeyButton
            keys='Alt+C'
            onPress={async () => await attempt(async () => {
              await api.POST('/api/calls', { params: { header: onceKey() }, body: { orderId: order.id } })
              void message.info(t(who.extension === null ? 'callPlacedOwn' : 'callPlaced'), 8)
            })}
          >
            {t('callCitizen')}
          </KeyButton>
      )}
      {order.steps.includes('case.note') && (
        <Space.Compact style={{ flex: 1, minWidth: 200 }}>
          <Input aria-label={t('addNote')} placeholder={t('addNote')} value={text} onChange={e => { set({ text: e.target.value }) }} />
          <KeyButton
            disabled={text.trim() === ''}
            onPress={async () => await attempt(async () => {
              await api.POST('/api/work-orders/{id}/notes',
                { params: { path: { id: order.id }, header: onceKey() }, body: { text: text.trim() } })
              forget()
            }, t('noted'))}
          >{t('note')}
          </KeyButton>
        </Space.Compact>
      )}
    </div>
  )
}
