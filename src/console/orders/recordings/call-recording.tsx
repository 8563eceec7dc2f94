import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../api/client.ts'
import { holds, useWho } from '../../api/session.tsx'
import type { Order } from '../order-types.ts'
import { Listen } from './listen.tsx'

async function read (id: string, reason: string): Promise<Blob> {
  const { data } = await api.GET('/api/calls/{id}/recording', { params: { path: { id }, query: { reason } }, parseAs: 'blob' })
  return data as Blob
}

/** A call of the order, heard from it by those who may hear recordings. */
export function CallRecording ({ call }: { call: Order['calls'][number] }): ReactNode {
  const { t } = useTranslation('order')
  const may = holds(useWho(), 'SUPERVISOR', 'CALLBACK_OFFICER', 'SHIFT_LEADER')
  if (!call.recorded || !may) return null
  return <Listen name={t('hearCall')} read={async reason => await read(call.callId, reason)} />
}
