import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Button, Radio, Select } from 'antd'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { api, onceKey } from '../../../api/client.ts'
import { useWho } from '../../../api/session.tsx'
import { useKeptAnswers } from '../../../orders/actions/kept-answers.ts'
import type { Call } from '../../../phone/my-agent.ts'
import { useAttempt } from '../../../shell/refusals.ts'

/** The callback's questions, for a citizen who rings back after one or pressed 0 in it: the agent asks them at once. */
export function AwaitedCallback ({ call }: { call: Pick<Call, 'id' | 'direction'> }): ReactNode {
  const callId = call.id
  const { t } = useTranslation('agent')
  const { data } = useQuery({
    queryKey: ['awaiting', callId],
    queryFn: async () => (await api.GET('/api/callbacks/awaiting', { params: { query: { callId } } })).data?.items ?? []
  })
  return (
    <>
      {data?.map(c => (
        <Questions
          key={`${callId}:${c.id}`}
          id={c.id}
          number={c.orderNumber}
          callId={callId}
          calledIn={call.direction === 'inbound'}
          said={t('callbackAsked')}
        />
      ))}
    </>
  )
}

interface Told { contacted: boolean | null, solved: 'yes' | 'partly' | 'no' | null, grade: number | null }

function Questions ({ id, number, callId, calledIn, said }: {
  id: string, number: string, callId: string, calledIn: boolean, said: string
}): ReactNode {
  const { t } = useTranslation('agent')
  const attempt = useAttempt()
  const queries = useQueryClient()
  // Kept for this call: another draft, or a reload, must not have the citizen asked again.
  const { answers: { contacted, solved, grade }, set, forget } = useKeptAnswers<Told>(`${useWho().login}:callback:${id}`, callId,
    () => ({ contacted: null, solved: null, grade: null }))
  return (
    <fieldset className='box'>
      <legend>{said}{t('shell:colon')}{number}</legend>
      <div>
        {t('contactedQ')}{' '}
        <Radio.Group
          value={contacted}
          onChange={e => { set({ contacted: e.target.value as boolean }) }}
          options={[{ value: true, label: t('order:yes') }, { value: false, label: t('order:no') }]}
        />
      </div>
      <div>
        {t('solvedQ')}{' '}
        <Radio.Group
          value={solved}
          onChange={e => { set({ solved: e.target.value as 'yes' }) }}
          options={[
            { value: 'yes', label: t('order:yes') },
            { value: 'partly', label: t('order:partly') },
            { value: 'no', label: t('order:no') }
          ]}
        />
      </div>
      <div>
        {t('gradeQ')}{' '}
        <Select
          aria-label={t('gradeQ')}
          style={{ width: 130 }}
          value={grade}
          onChange={(value: number) => { set({ grade: value }) }}
          options={[5, 4, 3, 2, 1].map(g => ({ value: g, label: t(`order:grade.${g}`) }))}
        />
      </div>
      <Button
        size='small' disabled={solved === null} onClick={() => {
          if (solved === null) return
          void attempt(async () => {
            await api.POST('/api/callbacks/{id}/answers',
              { params: { path: { id }, header: onceKey() }, body: { contacted, solved, grade, calledIn, callId } })
            forget()
            await queries.invalidateQueries({ queryKey: ['awaiting', callId] })
          })
        }}
      >{t('saveAnswers')}
      </Button>
    </fieldset>
  )
}
