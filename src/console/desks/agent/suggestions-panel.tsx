import { useQuery } from '@tanstack/react-query'
import { Button } from 'antd'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { api, onceKey } from '../../api/client.ts'
import { useRested } from '../../moments/moments.tsx'
import { useUnitName } from '../../directory/directory.ts'
import { OrderLink } from '../../orders/order-link.tsx'
import type { Suggestion } from '../../orders/orders.ts'
import { StateWord } from '../../orders/state-word.tsx'
import type { Call } from '../../phone/my-agent.ts'
import { useAttempt } from '../../shell/refusals.ts'
import type { Draft, DraftBook } from './draft-book.ts'
import { useSimilar } from './similar.ts'
import { useUrge } from './urge.ts'

/** Who should have it and why, by category, town and whom it is about. */
export function useSuggestion (draft: Draft): Suggestion {
  const { categoryCode, townId, place, aboutUnitId } = draft.fields
  const asked = useRested(JSON.stringify({ ...(categoryCode ? { category: categoryCode } : {}), ...(townId ? { townId } : {}), ...(place ? { place } : {}), ...(aboutUnitId ? { aboutUnitId } : {}) }))
  const query = JSON.parse(asked) as { category?: string }
  const { data } = useQuery({
    queryKey: ['route', asked],
    enabled: query.category !== undefined,
    placeholderData: before => before,
    queryFn: async () => (await api.GET('/api/work-orders/route', { params: { query } })).data?.suggestion ?? null
  })
  return data ?? null
}

export function SuggestionsPanel ({ draft, call, book }: { draft: Draft, call: Call | null, book: DraftBook }): ReactNode {
  const { t } = useTranslation('agent')
  const suggestion = useSuggestion(draft)
  const unitName = useUnitName()
  const urge = useUrge(book, draft, call)
  const attempt = useAttempt()
  const similar = useSimilar(draft, call).filter(o => o.why.some(w => w !== 'caller'))
  return (
    <>
      <section className='box' aria-label={t('suggestion')}>
        <h3>{t('suggestion')}</h3>
        {suggestion === null && <div className='muted small'>{t('noSuggestion')}</div>}
        {suggestion && (
          <div>
            <div style={{ fontSize: 17, fontWeight: 600 }}>{suggestion.unit.name} <span className='state-word'>{t(`order:basis.${suggestion.basis}`)}</span></div>
            <div className='small'>{suggestion.reason}</div>
            {suggestion.alternative && <div className='small muted'>{t('alternative')} {unitName(suggestion.alternative)}</div>}
          </div>
        )}
      </section>
      <section className='box' aria-label={t('duplicates')}>
        <h3>{t('duplicates')}</h3>
        <ul className='list-plain'>
          {similar.length === 0 && <li className='muted small'>{t('noDuplicates')}</li>}
          {similar.slice(0, 8).map(o => (
            <li key={o.id}>
              <div className='order-line'><OrderLink order={o} /><StateWord state={o.state} /><span className='small muted'>{o.why.map(w => t(`order:why.${w}`)).join('、')}</span></div>
              <div>{o.title} <span className='muted small'>{unitName(o.townId)} {o.categoryName}</span></div>
              {o.open && draft.done === null && (
                <span className='row'>
                  <Button size='small' onClick={() => { urge(o) }}>{t('urge')}</Button>
                  {draft.orderId !== null && (
                    <Button
                      size='small' onClick={() => {
                        void attempt(async () => {
                          const now = await book.flush(draft.key)
                          if (now.orderId === null) return
                          await api.POST('/api/work-orders/{id}/merge', { params: { path: { id: now.orderId }, header: onceKey() }, body: { version: now.version, targetId: o.id } })
                          if (call) await api.POST('/api/calls/{id}/disposition', { params: { path: { id: call.id }, header: onceKey() }, body: { disposition: 'order' } })
                          book.finish(draft.key, { number: o.number, what: 'merged' })
                        })
                      }}
                    >{t('merge')}
                    </Button>
                  )}
                </span>
              )}
            </li>
          ))}
        </ul>
      </section>
    </>
  )
}
