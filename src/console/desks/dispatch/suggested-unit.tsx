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
    })).data ?? null
  })
  if (!waits || !data) return null
  const { suggestion, conflict } = data
  if (conflict) {
    return (
      <p className='box' role='status'>
        {t('order:rowsDiffer')}{t('shell:colon')}{conflict.unitIds.map(unitName).join(t('shell:comma'))}
      </p>
    )
  }
  if (!suggestion) return null
  const { unitId, coUnitIds, basis, row } = suggestion
  const paper = row === null ? {} : { evidence: row.basisText }
  return (
    <div className='box row'>
      <KeyButton
        type='primary'
        keys='Ctrl+Enter'
        onPress={async () => await attempt(async () => await api.POST('/api/work-orders/{id}/dispatch', {
          params: { path: { id: order.id }, header: onceKey() },
          body: coUnitIds.length > 0
            ? { version: order.version, mode: 'comprehensive', unitIds: [unitId], coUnitIds, basis, ...paper }
            : { version: order.version, mode: 'single', unitIds: [unitId], basis, ...paper }
        }))}
      >{t('case.dispatch')} → {unitName(unitId)}
      </KeyButton>
      {coUnitIds.length > 0 && <span>{t('order:role.co')} {coUnitIds.map(unitName).join(t('shell:comma'))}</span>}
      <span className='state-word'>{t(`order:basis.${basis}`)}</span>
      <span className='muted small'>{reasonOf(suggestion)}</span>
    </div>
  )
}
