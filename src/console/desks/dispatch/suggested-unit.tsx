import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { api, onceKey } from '../../api/client.ts'
import { useUnitName } from '../../directory/directory.ts'
import type { Order } from '../../orders/order-types.ts'
import { useRouteReason } from '../../orders/route-reason.ts'
import { useAttempt } from '../../shell/refusals.ts'
import { KeyButton } from '../../shell/shortcuts.tsx'

/** The suggested unit for an order that waits for dispatch, and why; one key dispatches it there. */
export function SuggestedUnit ({ order }: { order: Order }): ReactNode {
  const { t } = useTranslation('action')
  const attempt = useAttempt()
  const unitName = useUnitName()
  const reasonOf = useRouteReason()
  const waits = order.steps.includes('case.dispatch')
  const { data } = useQuery({
    queryKey: ['route', order.id, order.version],
    enabled: waits,
    queryFn: async () => (await api.GET('/api/work-orders/route', {
      params: {
        query: {
          ...(order.categoryCode ? { category: order.categoryCode } : {}),
          ...(order.townId ? { townId: order.townId } : {}),
          ...(order.place ? { place: order.place } : {}),
          ...(order.title ? { title: order.title } : {}),
          ...(order.longitude !== null && order.latitude !== null ? { longitude: order.longitude, latitude: order.latitude } : {}),
          ...(order.aboutUnit ? { aboutUnitId: order.aboutUnit.id } : {})
        }
      }
    })).data?.suggestion ?? null
  })
  if (!waits || !data) return null
  return (
    <div className='box row'>
      <KeyButton
        type='primary'
        keys='Ctrl+Enter'
        onPress={async () => await attempt(async () => await api.POST('/api/work-orders/{id}/dispatch', {
          params: { path: { id: order.id }, header: onceKey() },
          body: { version: order.version, mode: 'single', unitIds: [data.unitId], basis: data.basis }
        }))}
      >{t('case.dispatch')} → {unitName(data.unit.id)}
      </KeyButton>
      <span className='state-word'>{t(`order:basis.${data.basis}`)}</span>
      <span className='muted small'>{reasonOf(data)}</span>
    </div>
  )
}
