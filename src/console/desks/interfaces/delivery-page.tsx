import { useQuery } from '@tanstack/react-query'
import { Button, Input } from 'antd'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../api/client.ts'
import { useWho } from '../../api/session.tsx'
import { useActorName } from '../../directory/names.ts'
import { moment } from '../../moments/moments.tsx'
import { useKeptAnswers } from '../../orders/actions/kept-answers.ts'
import { Asks } from '../../shell/asks.tsx'
import { useAttempt } from '../../shell/refusals.ts'
import { KeyButton } from '../../shell/shortcuts.tsx'
import { header } from '../admin/registers/dated-rows.tsx'
import { Diff, readable } from './body-diff.tsx'
import type { Delivery, DeliveryDetail } from './interface-types.ts'

interface PageProps { delivery: Delivery, keeps: boolean, reload: () => void }

/** One event: what is sent, what a person has changed of it, and every try. */
export function DeliveryPage ({ delivery, keeps, reload }: PageProps): ReactNode {
  const { t } = useTranslation('interfaces')
  const actorName = useActorName()
  const { data } = useQuery({
    queryKey: ['delivery', delivery.id],
    refetchInterval: 5000,
    queryFn: async () => (await api.GET('/api/deliveries/{id}', { params: { path: { id: delivery.id } } })).data ?? null
  })
  if (!data) return <p className='muted'>{t('shell:notRead')}</p>
  return (
    <div className='delivery' data-delivery={delivery.id}>
      {data.firstBody === null
        ? <pre className='delivery-body'>{readable(data.body)}</pre>
        : <Diff before={readable(data.firstBody)} after={readable(data.body)} />}
      {data.mendedBy !== null && <p className='muted'>{t('mendedBy', { by: actorName(data.mendedBy), reason: data.mendedReason })}</p>}
      <Tries attempts={data.attempts} />
      {keeps && delivery.state === 'dead' && <Mending key={data.body} id={delivery.id} body={data.body} reload={reload} />}
    </div>
  )
}

function Tries ({ attempts }: Pick<DeliveryDetail, 'attempts'>): ReactNode {
  const { t } = useTranslation('interfaces')
  if (attempts.length === 0) return <p className='muted'>{t('notTried')}</p>
  return (
    <table className='admin-table'>
      <thead><tr><th>{t('no')}</th><th>{t('at')}</th><th>{t('answer')}</th><th>ms</th></tr></thead>
      <tbody>
        {attempts.map(a => (
          <tr key={a.no}>
            <td className='tabular'>{a.no}</td>
            <td className='tabular'>{moment(a.at)}</td>
            <td>{a.status ?? (a.error && t(`error.${a.error}`))}</td>
            <td className='tabular'>{a.ms}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function Mending ({ id, body, reload }: { id: string, body: string, reload: () => void }): ReactNode {
  const { t } = useTranslation('interfaces')
  const attempt = useAttempt()
  const name = `${useWho().login}:delivery-${id}`
  const { answers: { typed }, set, forget } = useKeptAnswers(name, body, () => ({ typed: readable(body) }))
  const params = () => ({ path: { id }, ...header() })
  const act = async (work: () => Promise<unknown>, done: string): Promise<boolean> => {
    const went = await attempt(work, done)
    if (went) forget()
    reload()
    return went
  }
  const isMended = typed !== readable(body)
  return (
    <>
      <Input.TextArea
        className='tabular' aria-label={t('body')} value={typed} autoSize={{ minRows: 6, maxRows: 24 }} maxLength={40_000}
        onChange={e => { set({ typed: e.target.value }) }}
      />
      <div className='row'>
        {isMended
          ? (
            <>
              <Asks
                label={t('mend')} hint={t('mendWhy')}
                onSay={async reason => await act(
                  async () => await api.PUT('/api/deliveries/{id}/body', { params: params(), body: { body: typed, reason } }),
                  t('admin:saved'))}
              />
              <Button size='small' onClick={forget}>{t('undo')}</Button>
            </>
            )
          : (
            <>
              <KeyButton
                size='small' type='primary'
                onPress={async () => await act(
                  async () => await api.POST('/api/deliveries/{id}/replay', { params: params() }), t('replayed', { count: 1 }))}
              >
                {t('replay')}
              </KeyButton>
              <Asks
                label={t('drop')} hint={t('dropWhy')}
                onSay={async reason => await act(
                  async () => await api.POST('/api/deliveries/{id}/drop', { params: params(), body: { reason } }), t('dropped'))}
              />
            </>
            )}
      </div>
    </>
  )
}
