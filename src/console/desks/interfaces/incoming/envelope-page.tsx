import { useQuery } from '@tanstack/react-query'
import { Button, Input } from 'antd'
import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { api, ApiError } from '../../../api/client.ts'
import { useWho } from '../../../api/session.tsx'
import { useActorName } from '../../../directory/names.ts'
import { moment } from '../../../moments/moments.tsx'
import { useKeptAnswers } from '../../../orders/actions/kept-answers.ts'
import { Asks } from '../../../shell/asks.tsx'
import { useAttempt } from '../../../shell/refusals.ts'
import { KeyButton } from '../../../shell/shortcuts.tsx'
import { header } from '../../admin/registers/dated-rows.tsx'
import { Diff, readable } from '../body-diff.tsx'
import type { Envelope, EnvelopeWords, Fault } from '../interface-types.ts'
import { Faults } from './faults.tsx'

interface PageProps { envelope: Envelope, keeps: boolean, reload: () => void }

/** One message that waits for a person: which fields are at fault, its words, and what may be done about it. */
export function EnvelopePage ({ envelope, keeps, reload }: PageProps): ReactNode {
  const { t } = useTranslation('interfaces')
  const { sender, sentAt, faults } = envelope
  return (
    <div className='delivery' data-envelope={envelope.id}>
      <p className='muted small'>{t('sentBy', { by: sender, at: moment(sentAt) })}</p>
      <Faults faults={faults} />
      {keeps && <Words id={envelope.id} reload={reload} />}
    </div>
  )
}

/** Read once: each look is in the audit. */
function Words ({ id, reload }: { id: string, reload: () => void }): ReactNode {
  const { t } = useTranslation('interfaces')
  const actorName = useActorName()
  const { data, refetch } = useQuery({
    queryKey: ['envelope', id],
    staleTime: Infinity,
    refetchOnWindowFocus: false,
    queryFn: async () => (await api.GET('/api/envelopes/{id}', { params: { path: { id } } })).data ?? null
  })
  if (!data) return <p className='muted'>{t('shell:notRead')}</p>
  const { body, firstBody, earlierBody, mendedBy, mendedReason } = data
  return (
    <>
      {earlierBody !== null && <><p className='muted'>{t('earlier')}</p><Diff before={readable(earlierBody)} after={readable(body)} /></>}
      {firstBody !== null && <Diff before={readable(firstBody)} after={readable(body)} />}
      {mendedBy !== null && <p className='muted'>{t('mendedBy', { by: actorName(mendedBy), reason: mendedReason })}</p>}
      <Mending
        key={body} id={id} words={data}
        onSettled={reload} onMended={() => {
          void refetch()
          reload()
        }}
      />
    </>
  )
}

interface MendingProps { id: string, words: EnvelopeWords, onMended: () => void, onSettled: () => void }

function Mending ({ id, words: { body }, onMended, onSettled }: MendingProps): ReactNode {
  const { t } = useTranslation('interfaces')
  const attempt = useAttempt()
  const name = `${useWho().login}:envelope-${id}`
  const { answers: { typed }, set, forget } = useKeptAnswers(name, body, () => ({ typed: readable(body) }))
  const params = () => ({ path: { id }, ...header() })
  const [unfit, setUnfit] = useState<Fault[]>([])
  const act = async (work: () => Promise<unknown>, done: string, after: () => void): Promise<boolean> => {
    setUnfit([])
    const went = await attempt(async () => {
      try {
        await work()
      } catch (error) {
        if (error instanceof ApiError && Array.isArray(error.details.faults)) setUnfit(error.details.faults as Fault[])
        throw error
      }
    }, done)
    if (went) {
      forget()
      after()
    }
    return went
  }
  const isMended = typed !== readable(body)
  return (
    <>
      <Input.TextArea
        className='tabular' aria-label={t('message')} value={typed} autoSize={{ minRows: 6, maxRows: 24 }} maxLength={262_144}
        onChange={e => { set({ typed: e.target.value }) }}
      />
      {unfit.length > 0 && <Faults faults={unfit} />}
      <div className='row'>
        {isMended
          ? (
            <>
              <Asks
                label={t('mend')} hint={t('mendWhy')}
                onSay={async reason => await act(
                  async () => await api.PUT('/api/envelopes/{id}/body', { params: params(), body: { body: typed, reason } }),
                  t('admin:saved'), onMended)}
              />
              <Button size='small' onClick={forget}>{t('undo')}</Button>
            </>
            )
          : (
            <>
              <KeyButton
                size='small' type='primary'
                onPress={async () => await act(
                  async () => await api.POST('/api/envelopes/{id}/take', { params: params() }), t('taken'), onSettled)}
              >
                {t('take')}
              </KeyButton>
              <Asks
                label={t('drop')} hint={t('dropWhy')}
                onSay={async reason => await act(
                  async () => await api.POST('/api/envelopes/{id}/drop', { params: params(), body: { reason } }), t('dropped'), onSettled)}
              />
            </>
            )}
      </div>
    </>
  )
}
