import { useQuery } from '@tanstack/react-query'
import { Button } from 'antd'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../../api/client.ts'
import { useDebounced } from '../../../moments/moments.tsx'
import { useCategoryName, useUnitName } from '../../../directory/directory.ts'
import { OrderLink } from '../../../orders/order-link.tsx'
import type { Suggestion } from '../../../orders/order-types.ts'
import { useRouteReason } from '../../../orders/route-reason.ts'
import { StateWord } from '../../../orders/state-word.tsx'
import type { Call } from '../../../phone/my-agent.ts'
import { useAttach } from './attach.ts'
import type { DraftBook } from '../draft/draft-book.ts'
import type { Draft } from '../draft/draft.ts'
import { useSimilarOrders } from './similar-orders.ts'
import { useUrge } from './urge.ts'

/** The suggested unit and why, by category, town and the unit complained about. */
export function useSuggestion (draft: Draft): Suggestion {
  const { categoryCode, townId, place, title, aboutUnitId } = draft.fields
  const query = useDebounced({
    ...(categoryCode ? { category: categoryCode } : {}),
    ...(townId ? { townId } : {}),
    ...(place ? { place } : {}),
    ...(title ? { title } : {}),
    ...(aboutUnitId ? { aboutUnitId } : {})
  })
  const { data } = useQuery({
    queryKey: ['route', query],
    enabled: query.category !== undefined,
    placeholderData: before => before,
    queryFn: async () => (await api.GET('/api/work-orders/route', { params: { query } })).data?.suggestion ?? null
  })
  // Without a category there is no suggestion, whatever was suggested before.
  return query.category === undefined ? null : data ?? null
}

/** The suggested unit, and orders that may be about the same matter. */
export function SuggestionsPanel ({ draft, call, book }: { draft: Draft, call: Call | null, book: DraftBook }): ReactNode {
  const { t } = useTranslation('agent')
  const suggestion = useSuggestion(draft)
  const unitName = useUnitName()
  const categoryName = useCategoryName()
  const reasonOf = useRouteReason()
  const urge = useUrge(book, draft, call)
  const attach = useAttach(book, draft, call)
  const { here, kind } = useSimilarOrders(draft, call)
  // During a call the caller panel shows the open orders of this place.
  const alike = call === null ? [...here, ...kind] : kind
  return (
    <>
      <section className='box' aria-label={t('suggestion')}>
        <h3>{t('suggestion')}</h3>
        {suggestion === null && <div className='muted small'>{t('noSuggestion')}</div>}
        {suggestion && (
          <div>
            <div style={{ fontSize: 17, fontWeight: 600 }}>
              {unitName(suggestion.unitId)}{' '}
              <span className='state-word'>{t(`order:basis.${suggestion.basis}`)}</span>
            </div>
            <div className='small'>{reasonOf(suggestion)}</div>
            {suggestion.coUnitIds.length > 0 && (
              <div className='small'>{t('order:role.co')} {suggestion.coUnitIds.map(unitName).join(t('shell:comma'))}</div>
            )}
            {suggestion.alternative && <div className='small muted'>{t('alternative')} {unitName(suggestion.alternative)}</div>}
          </div>
        )}
      </section>
      {alike.length > 0 && (
        <section className='box' aria-label={t('duplicates')}>
          <h3>{t('duplicates')}</h3>
          <ul className='list-plain'>
            {alike.slice(0, 4).map(o => (
              <li key={o.id}>
                <div className='order-line'>
                  <OrderLink order={o} />
                  <StateWord state={o.state} />
                  <span className='small muted'>{o.why.map(w => t(`order:why.${w}`)).join(t('shell:comma'))}</span>
                </div>
                <div>
                  {o.title}{' '}
                  <span className='muted small'>{unitName(o.townId)} {categoryName(o.categoryCode, o.categoryName)}</span>
                </div>
                {o.open && draft.done === null && (
                  <span className='row'>
                    <Button size='small' onClick={() => { attach(o) }}>{t('attach')}</Button>
                    <Button size='small' onClick={() => { urge(o) }}>{t('urge')}</Button>
                  </span>
                )}
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  )
}
