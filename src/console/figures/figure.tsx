import './figure-words.ts'
import './figure.css'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Button, Modal } from 'antd'
import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../api/client.ts'
import type { paths } from '../api/api-types.d.ts'
import { useUnitName } from '../directory/directory.ts'
import { moment } from '../moments/moments.tsx'
import { OrderLink } from '../orders/order-link.tsx'
import { StateWord } from '../orders/state-word.tsx'

type Query = NonNullable<paths['/api/boards/figure']['get']['parameters']['query']>
type Page = paths['/api/boards/figure']['get']['responses']['200']['content']['application/json']
export type FigureName = Query['figure']
/** The filter of a board, and of one line of its tables. */
export type FigureFilter = Omit<Query, 'figure' | 'cursor' | 'limit'>

interface FigureProps { value: number, figure: FigureName, filter: FigureFilter, label: string }

/** A figure of a board; opens the list of what it counts. */
export function Figure ({ value, figure, filter, label }: FigureProps): ReactNode {
  const [open, setOpen] = useState(false)
  return (
    <>
      <button
        type='button'
        className='figure-link tabular'
        aria-label={`${label} ${value}`}
        onClick={() => { setOpen(true) }}
      >
        {value}
      </button>
      {open && <FigureList title={`${label} ${value}`} figure={figure} filter={filter} onClose={() => { setOpen(false) }} />}
    </>
  )
}

export interface FigureListProps { title: string, figure: FigureName, filter: FigureFilter, onClose: () => void }

/** The orders a figure counts. */
export function FigureList ({ title, figure, filter, onClose }: FigureListProps): ReactNode {
  const { t } = useTranslation('figures')
  const unitName = useUnitName()
  const { data, hasNextPage, fetchNextPage, isFetching } = useInfiniteQuery({
    queryKey: ['figure', figure, filter],
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page: Page) => page.next ?? undefined,
    queryFn: async ({ pageParam: cursor }): Promise<Page> => {
      const query = { ...filter, figure, limit: 100, ...(cursor === undefined ? {} : { cursor }) }
      return (await api.GET('/api/boards/figure', { params: { query } })).data ?? { items: [], next: null, notShown: 0 }
    }
  })
  const rows = data?.pages.flatMap(p => p.items) ?? []
  const notShown = data?.pages.at(-1)?.notShown ?? 0
  return (
    <Modal open title={title} width={720} footer={null} onCancel={onClose}>
      <ul className='list-plain figure-list' aria-busy={isFetching}>
        {rows.map(o => (
          <li key={o.key} className='order-line'>
            <OrderLink order={{ id: o.orderId, number: o.number }} /><StateWord state={o.state} />
            <span>{unitName(o.townId)}{o.unitId === null ? '' : ` · ${unitName(o.unitId)}`}</span>
            <span className='muted tabular'>{moment(o.receivedAt)}</span>
          </li>
        ))}
      </ul>
      {notShown > 0 && <p className='muted'>{t('notShown', { count: notShown })}</p>}
      {!isFetching && rows.length === 0 && notShown === 0 && <p className='muted'>{t(data ? 'none' : 'shell:notRead')}</p>}
      {hasNextPage && <Button onClick={() => { void fetchNextPage() }} loading={isFetching}>{t('more')}</Button>}
    </Modal>
  )
}
