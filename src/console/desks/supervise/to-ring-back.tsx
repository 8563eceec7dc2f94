import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Button } from 'antd'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { paths } from '../../api/api-types.d.ts'
import { api, onceKey } from '../../api/client.ts'
import { holds, useWho } from '../../api/session.tsx'
import { useActorName } from '../../directory/names.ts'
import { useFeed } from '../../feed/feed.ts'
import { moment } from '../../moments/moments.tsx'
import { useAttempt } from '../../shell/refusals.ts'
import './supervise-words.ts'

type Try = NonNullable<
  paths['/api/calls/to-ring-back']['get']['responses']['200']['content']['application/json']['items'][number]['lastTry']
>

/** A person rang the citizen and did not speak with them. */
function LastTry ({ by, at, outcome, seconds }: Try): ReactNode {
  const { t } = useTranslation('supervise')
  const actorName = useActorName()
  const how = t(`tried.${outcome}`, { seconds: seconds ?? 0 })
  return <span className='muted small'>{t('lastTry', { at: moment(at), name: actorName(by), how })}</span>
}

/** 待人工回拨: citizens whom nobody has spoken with yet. The machine rings them no more; a person does. */
export function ToRingBack (): ReactNode {
  const { t } = useTranslation('supervise')
  const attempt = useAttempt()
  const queries = useQueryClient()
  const who = useWho()
  const actorName = useActorName()
  const sees = holds(who, 'SHIFT_LEADER', 'SUPERVISOR', 'ADMINISTRATOR')
  const { data: calls = [] } = useQuery({
    queryKey: ['to-ring-back'],
    enabled: sees,
    refetchInterval: 60_000,
    queryFn: async () => (await api.GET('/api/calls/to-ring-back')).data?.items ?? []
  })
  useFeed(['call.'], () => { void queries.invalidateQueries({ queryKey: ['to-ring-back'] }) })
  if (calls.length === 0) return null
  const rings = holds(who, 'SHIFT_LEADER') && who.extension !== null
  const ring = (callId: string): void => {
    void attempt(async () => { await api.POST('/api/calls', { params: { header: onceKey() }, body: { callId } }) }, t('ringsBack'))
      // Also when refused: the row then says who rings.
      .finally(() => { void queries.invalidateQueries({ queryKey: ['to-ring-back'] }) })
  }
  return (
    <section className='box' aria-label={t('toRingBack')}>
      <h2>{t('toRingBack')} {calls.length}</h2>
      <p className='muted small'>{t('toRingBackMeans')}</p>
      <ul className='list-plain'>
        {calls.map(c => (
          <li key={c.id} className='row'>
            <span className='tabular'>{c.number || '—'}</span><span className='muted tabular'>{moment(c.offeredAt)}</span>
            {c.takenBy !== null && <span className='tag'>{t('ringsBackNow', { name: actorName(c.takenBy) })}</span>}
            {c.lastTry !== null && <LastTry {...c.lastTry} />}
            {rings && <Button size='small' onClick={() => { ring(c.id) }}>{t('ringBack')}</Button>}
          </li>
        ))}
      </ul>
    </section>
  )
}
