import './figure-words.ts'
import './figure.css'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Button, Modal } from 'antd'
import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../api/client.ts'
import type { paths } from '../api/api-types.d.ts'
import { useActorName } from '../directory/names.ts'
import { duration, moment } from '../moments/moments.tsx'
import { phoneText } from '../phone/phone-text.ts'

type Query = NonNullable<paths['/api/calls']['get']['parameters']['query']>
type Page = paths['/api/calls']['get']['responses']['200']['content']['application/json']
export type CallFigureName = NonNullable<Query['figure']>

interface CallFigureProps { value: number, figure: CallFigureName, span: { from: string, to: string }, label: string }

/** A figure of calls; opens the list of these calls. */
export function CallFigure ({ value, figure, span, label }: CallFigureProps): ReactNode {
  const [open, setOpen] = useState(false)
  return (
    <>
      <button type='button' className='figure-link tabular' aria-label={`${label} ${value}`} onClick={() => { setOpen(true) }}>
        {value}
      </button>
      {open && <CallList title={`${label} ${value}`} figure={figure} span={span} onClose={() => { setOpen(false) }} />}
    </>
  )
}

interface CallListProps extends Omit<CallFigureProps, 'value' | 'label'> { title: string, onClose: () => void }

function CallList ({ title, figure, span, onClose }: CallListProps): ReactNode {
  const { t } = useTranslation('figures')
  const actorName = useActorName()
  const { data, hasNextPage, fetchNextPage, isFetching } = useInfiniteQuery({
    queryKey: ['call-figure', figure, span],
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page: Page) => page.next ?? undefined,
    queryFn: async ({ pageParam: cursor }): Promise<Page> => {
      const query = { ...span, figure, limit: 100, ...(cursor === undefined ? {} : { cursor }) }
      return (await api.GET('/api/calls', { params: { query } })).data ?? { items: [], next: null }
    }
  })
  const calls = data?.pages.flatMap(p => p.items) ?? []
  const waited = (call: Page['items'][number]): string => {
    const until = call.answeredAt ?? call.endedAt
    return until === null ? '' : t('waited', { time: duration(Date.parse(until) - Date.parse(call.queuedAt ?? call.offeredAt)) })
  }
  return (
    <Modal open title={title} width={720} footer={null} onCancel={onClose}>
      <ul className='list-plain figure-list' aria-busy={isFetching}>
        {calls.map(call => (
          <li key={call.id} className='order-line'>
            <span className='tabular'>{moment(call.offeredAt)}</span>
            <span className='tabular'>{phoneText(call.number) || t('noNumber')}</span>
            <span className='state-word'>{t(`call.${call.result}`)}</span>
            <span className='muted tabular'>{waited(call)}</span><span>{actorName(call.answeredBy)}</span>
          </li>
        ))}
      </ul>
      {!isFetching && calls.length === 0 && <p className='muted'>{t(data ? 'noCalls' : 'shell:notRead')}</p>}
      {hasNextPage && <Button onClick={() => { void fetchNextPage() }} loading={isFetching}>{t('more')}</Button>}
    </Modal>
  )
}
