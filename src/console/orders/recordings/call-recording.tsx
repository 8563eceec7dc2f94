import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../api/client.ts'
import { holds, useWho } from '../../api/session.tsx'
import type { Order } from '../order-types.ts'
import { GradeCall } from '../quality/grade-call.tsx'
import { Listen } from './listen.tsx'

async function read (id: string, reason: string): Promise<Blob> {
  const { data } = await api.GET('/api/calls/{id}/recording', { params: { path: { id }, query: { reason } }, parseAs: 'blob' })
  return data as Blob
}

/** A call of the order, heard from it by those who may hear recordings, and graded (质检) by those who grade. */
export function CallRecording ({ call }: { call: Order['calls'][number] }): ReactNode {
  const { t } = useTranslation('order')
  const who = useWho()
  const may = holds(who, 'SUPERVISOR', 'CALLBACK_OFFICER', 'SHIFT_LEADER')
  const grades = holds(who, 'SUPERVISOR', 'SHIFT_LEADER')
  if (!call.recorded || !may) return null
  return (
    <Listen name={t('hearCall')} read={async reason => await read(call.callId, reason)}>
      {grades && <GradeCall callId={call.callId} />}
    </Listen>
  )
}
