import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Button, Radio, Select } from 'antd'
import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { api, onceKey } from '../../../api/client.ts'
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
          key={c.id}
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

function Questions ({ id, number, callId, calledIn, said }: {
  id: string, number: string, callId: string, calledIn: boolean, said: string
}): ReactNode {
  const { t } = useTranslation('agent')
  const attempt = useAttempt()
  const queries = useQueryClient()
  const [contacted, setContacted] = useState<boolean | null>(null)
  const [solved, setSolved] = useState<'yes' | 'partly' | 'no' | null>(null)
  const [grade, setGrade] = useState<number | null>(null)
  return (
    <fieldset className='box'>
      <legend>{said}{t('shell:colon')}{number}</legend>
      <div>
        {t('contactedQ')}{' '}
        <Radio.Group
          value={contacted}
          onChange={e => { setContacted(e.target.value as boolean) }}
          options={[{ value: true, label: t('order:yes') }, { value: false, label: t('order:no') }]}
        />
      </div>
      <div>
        {t('solvedQ')}{' '}
        <Radio.Group
          value={solved}
          onChange={e => { setSolved(e.target.value as 'yes') }}
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
          onChange={setGrade}
          options={[5, 4, 3, 2, 1].map(g => ({ value: g, label: t(`grade${g}`) }))}
        />
      </div>
      <Button
        size='small' disabled={solved === null} onClick={() => {
          if (solved === null) return
          void attempt(async () => {
            await api.POST('/api/callbacks/{id}/answers',
              { params: { path: { id }, header: onceKey() }, body: { contacted, solved, grade, calledIn, callId } })
            await queries.invalidateQueries({ queryKey: ['awaiting', callId] })
          })
        }}
      >{t('saveAnswers')}
      </Button>
    </fieldset>
  )
}
