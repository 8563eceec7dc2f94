import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Button } from 'antd'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { api, onceKey } from '../../api/client.ts'
import { holds, useWho } from '../../api/session.tsx'
import { moment } from '../../moments/moments.tsx'
import { useAttempt } from '../../shell/refusals.ts'

/** Text messages from citizens that answer no question; a person reads each and marks it as done. */
export function TextReplies (): ReactNode {
  const { t } = useTranslation('callbacks')
  const attempt = useAttempt()
  const queries = useQueryClient()
  const may = holds(useWho(), 'CALLBACK_OFFICER', 'SHIFT_LEADER')
  const { data: replies = [] } = useQuery({
    queryKey: ['sms-replies'],
    enabled: may,
    refetchInterval: 15_000,
    queryFn: async () => (await api.GET('/api/sms/replies')).data?.items ?? []
  })
  if (replies.length === 0) return null
  const done = (reply: number) => (): void => {
    const send = async (): Promise<void> => {
      await api.POST('/api/sms/replies/{reply}/done', { params: { path: { reply }, header: onceKey() } })
    }
    void attempt(send).then(async () => { await queries.invalidateQueries({ queryKey: ['sms-replies'] }) })
  }
  return (
    <section aria-label={t('textReplies')}>
      <h3>{t('textReplies')} {replies.length}</h3>
      <ul className='list-plain'>
        {replies.map(r => (
          <li key={r.id} className='row'>
            <span className='muted small tabular'>{moment(r.at)} {r.from ?? t('hidden')}</span>
            <span>{r.text}</span>
            <Button size='small' onClick={done(r.id)}>{t('textReplyDone')}</Button>
          </li>
        ))}
      </ul>
    </section>
  )
}
