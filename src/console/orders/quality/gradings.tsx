import './quality-words.ts'
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { Button, Radio } from 'antd'
import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useWho } from '../../api/session.tsx'
import { useFeed } from '../../feed/feed.ts'
import { GradingCard } from './grading-card.tsx'
import { readGradings } from './quality.ts'

const objections = ['all', 'open'] as const

/** Graded calls, the last graded first; `own`: those of the signed-in person's calls, and nothing where there are none. */
export function Gradings ({ own = false }: { own?: boolean }): ReactNode {
  const { t } = useTranslation('quality')
  const { login } = useWho()
  const agent = own ? login : null
  const queries = useQueryClient()
  const [show, setShow] = useState<typeof objections[number]>('all')
  const { data, hasNextPage, fetchNextPage } = useInfiniteQuery({
    queryKey: ['quality', 'list', agent, show],
    initialPageParam: '',
    queryFn: async ({ pageParam }) => await readGradings(agent, show === 'open', pageParam),
    getNextPageParam: page => page.next
  })
  useFeed(['quality.'], () => { void queries.invalidateQueries({ queryKey: ['quality'] }) })
  const items = data?.pages.flatMap(page => page.items) ?? []
  if (own && items.length === 0) return null
  return (
    <section aria-label={t(own ? 'mine' : 'title')}>
      {own
        ? <h3>{t('mine')}</h3>
        : (
          <Radio.Group
            optionType='button'
            aria-label={t('title')}
            value={show}
            onChange={e => { setShow(e.target.value as typeof show) }}
            options={objections.map(value => ({ value, label: t(value) }))}
          />
          )}
      {items.map(g => <GradingCard key={g.callId} grading={g} />)}
      {data && items.length === 0 && <p className='muted'>{t('none')}</p>}
      {hasNextPage && <Button size='small' onClick={() => { void fetchNextPage() }}>{t('more')}</Button>}
    </section>
  )
}
