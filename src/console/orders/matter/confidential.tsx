import { useQueryClient } from '@tanstack/react-query'
import { Button, Input, Modal } from 'antd'
import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { api, onceKey } from '../../api/client.ts'
import { holds, useWho } from '../../api/session.tsx'
import { useAttempt } from '../../shell/refusals.ts'
import type { Order } from '../order-types.ts'
import './matter-words.ts'

/** 保密: set by a desk at any time; lifted with a reason by the shift leader, or before dispatch by the person who took the order in. */
export function Confidential ({ order }: { order: Order }): ReactNode {
  const { t } = useTranslation('matter')
  const who = useWho()
  const attempt = useAttempt()
  const queries = useQueryClient()
  const [asking, setAsking] = useState(false)
  const [reason, setReason] = useState('')
  // Of the request that the order began with: another one may make the order confidential, too.
  const { complainant: { confidential }, dispatchedAt } = order
  const lifts = holds(who, 'SHIFT_LEADER') || (dispatchedAt === null && order.createdBy === who.login)
  if (!order.steps.includes('case.amend') || (confidential && !lifts)) return null
  const word = t(confidential ? 'liftConfidential' : 'makeConfidential')
  const set = async (): Promise<void> => {
    const done = await attempt(async () => {
      const body = { version: order.version, confidential: !confidential, ...(confidential ? { reason: reason.trim() } : {}) }
      await api.PUT('/api/work-orders/{id}/matter', { params: { path: { id: order.id }, header: onceKey() }, body })
    }, t('saved'))
    void queries.invalidateQueries({ queryKey: ['order', order.id] })
    if (!done) return
    setAsking(false)
    setReason('')
  }
  return (
    <>
      <Button onClick={() => { setAsking(true) }}>{word}</Button>
      <Modal
        open={asking} title={`${word} ${order.number}`} okText={word} okButtonProps={{ disabled: confidential && reason.trim().length < 2 }}
        onCancel={() => { setAsking(false) }} onOk={() => { void set() }}
      >
        <p>{t(confidential ? 'liftMeans' : 'confidentialMeans')}</p>
        {confidential && (
          <div className='ask'>
            <label htmlFor='confidential-reason'>{t('reason')}</label>
            <Input.TextArea
              id='confidential-reason'
              rows={2}
              maxLength={1000}
              value={reason}
              onChange={e => { setReason(e.target.value) }}
            />
          </div>
        )}
      </Modal>
    </>
  )
}
