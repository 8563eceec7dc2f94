import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Button, Input, Select, Table } from 'antd'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { paths } from '../../../api/api-types.d.ts'
import { api, onceKey } from '../../../api/client.ts'
import { holds, useWho } from '../../../api/session.tsx'
import { useActorName } from '../../../directory/names.ts'
import { moment } from '../../../moments/moments.tsx'
import { phoneText } from '../../../phone/phone-text.ts'
import { useAttempt } from '../../../shell/refusals.ts'
import { KeyButton } from '../../../shell/shortcuts.tsx'
import { useKeptForm } from '../kept-form.ts'
import './edge-words.ts'

type Limit = paths['/api/number-limits']['get']['responses']['200']['content']['application/json']['items'][number]

const counts = [1, 2, 3, 5, 10, 20, 50, 100]
const any = 0

/** 同时通话上限: how many calls at once a number may have, as the edges ask. */
export function NumberLimits (): ReactNode {
  const { t } = useTranslation('edges')
  const actorName = useActorName()
  const attempt = useAttempt()
  const queries = useQueryClient()
  const keeps = holds(useWho(), 'SHIFT_LEADER', 'ADMINISTRATOR')
  const { data: limits } = useQuery({
    queryKey: ['number-limits'],
    refetchInterval: 60_000,
    queryFn: async () => (await api.GET('/api/number-limits')).data?.items ?? []
  })
  const reload = (): void => { void queries.invalidateQueries({ queryKey: ['number-limits'] }) }
  return (
    <section className='box' aria-label={t('limits')}>
      <h2>{t('limits')} <span className='muted small'>{t('limitsHint')}</span></h2>
      {keeps && <LimitForm onDone={reload} />}
      <Table<Limit>
        size='small'
        rowKey='id'
        pagination={false}
        dataSource={limits ?? []}
        locale={{ emptyText: t(limits ? 'bySetting' : 'shell:notRead') }}
        scroll={{ x: true }}
        columns={[
          { title: t('number'), render: (_, l) => l.number === null ? t('everybody') : phoneText(l.number), className: 'tabular' },
          { title: t('atOnce'), render: (_, l) => l.calls ?? t('any'), align: 'right' },
          { title: t('reason'), dataIndex: 'reason' },
          { title: t('by'), render: (_, l) => `${actorName(l.enteredBy)} ${moment(l.enteredAt)}` },
          {
            title: '',
            render: (_, l) => keeps && (
              <KeyButton
                size='small'
                onPress={async () => {
                  const done = await attempt(async () => await api.DELETE('/api/number-limits/{id}',
                    { params: { path: { id: l.id }, header: onceKey() } }), t('ended'))
                  reload()
                  return done
                }}
              >
                {t('end')}
              </KeyButton>
            )
          }
        ]}
      />
    </section>
  )
}

/** What was typed stays when it is refused. */
function LimitForm ({ onDone }: { onDone: () => void }): ReactNode {
  const { t } = useTranslation('edges')
  const { form, write, busy, send } = useKeptForm('number-limit', () => ({ number: '', calls: any, reason: '' }))
  const number = form.number.trim()
  const enter = async (): Promise<void> => {
    await send(async () => {
      await api.POST('/api/number-limits', {
        params: { header: onceKey() },
        body: { number: number === '' ? null : number, calls: form.calls === any ? null : form.calls, reason: form.reason.trim() }
      })
    }, t('entered'))
    onDone()
  }
  return (
    <div className='row block-form'>
      <Input
        value={form.number}
        maxLength={60}
        aria-label={t('limitedNumber')}
        placeholder={t('everybodyHint')}
        onChange={e => { write({ number: e.target.value }) }}
        style={{ width: 200 }}
      />
      <Select
        value={form.calls}
        aria-label={t('atOnce')}
        onChange={calls => { write({ calls }) }}
        options={[{ value: any, label: t('any') }, ...counts.map(count => ({ value: count, label: String(count) }))]}
        style={{ width: 100 }}
      />
      <Input
        value={form.reason}
        maxLength={200}
        aria-label={t('why')}
        placeholder={t('why')}
        onChange={e => { write({ reason: e.target.value }) }}
        style={{ flex: 1, minWidth: 220 }}
      />
      <Button
        type='primary'
        loading={busy}
        disabled={form.reason.trim().length < 2 || (number === '' && form.calls === any)}
        onClick={() => { void enter() }}
      >
        {t('enter')}
      </Button>
    </div>
  )
}
