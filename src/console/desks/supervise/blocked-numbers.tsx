import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Button, Input, Select, Table } from 'antd'
import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { api, onceKey } from '../../api/client.ts'
import { holds, useWho } from '../../api/session.tsx'
import { useActorName } from '../../directory/names.ts'
import { useFeed } from '../../feed/feed.ts'
import { moment } from '../../moments/moments.tsx'
import { Asks } from '../../shell/asks.tsx'
import { useKeptAnswers } from '../../orders/actions/kept-answers.ts'
import { useAttempt } from '../../shell/refusals.ts'

const hourChoices = [1, 4, 12, 24, 72, 168, 720]
const reasonChoices = ['abuse', 'silent', 'nuisance'] as const

async function readBlocks (month: string) {
  const { data } = await api.GET('/api/number-blocks', { params: { query: { limit: 200, ...(month === '' ? {} : { month }) } } })
  return data?.items ?? []
}
type Block = Awaited<ReturnType<typeof readBlocks>>[number]

/** 拉黑: numbers turned away, until when, why and by whom; blocked and freed here. */
export function BlockedNumbers (): ReactNode {
  const { t } = useTranslation('supervise')
  const attempt = useAttempt()
  const actorName = useActorName()
  const who = useWho()
  const queries = useQueryClient()
  const [month, setMonth] = useState('')
  const { answers: form, set: write, forget } = useKeptAnswers(`${who.login}:block`, '',
    () => ({ number: '', reason: '', evidence: '', hours: 24 }))
  const [busy, setBusy] = useState(false)
  const { data: blocks } = useQuery({ queryKey: ['blocks', month], refetchInterval: 60_000, queryFn: async () => await readBlocks(month) })
  const reload = (): void => { void queries.invalidateQueries({ queryKey: ['blocks'] }) }
  useFeed(['number.'], reload)

  const block = async (): Promise<void> => {
    setBusy(true)
    const done = await attempt(async () => {
      const until = new Date(Date.now() + form.hours * 3_600_000).toISOString()
      await api.POST('/api/number-blocks',
        { params: { header: onceKey() }, body: { number: form.number, reason: form.reason.trim(), evidence: form.evidence.trim(), until } })
    }, t('block.done'))
    setBusy(false)
    if (done) forget()
    reload()
  }
  const act = (work: () => Promise<unknown>, said: string): void => { void attempt(async () => { await work() }, said).then(reload) }
  const header = onceKey

  const actions = (b: Block): ReactNode => (b.state === 'standing' || b.state === 'half-standing') && (
    <div className='row'>
      {b.state === 'half-standing' && b.blockedBy !== who.login && (
        <Button
          size='small'
          onClick={() => {
            act(async () => await api.POST('/api/number-blocks/{id}/confirm', { params: { path: { id: b.id }, header: header() } }),
              t('block.confirmed'))
          }}
        >
          {t('block.confirm')}
        </Button>
      )}
      <Asks
        label={t('block.free')}
        hint={t('block.freeReason')}
        onSay={words => {
          act(
            async () => await api.POST('/api/number-blocks/{id}/free',
              { params: { path: { id: b.id }, header: header() }, body: { reason: words } }),
            t('block.freed')
          )
        }}
      />
      {b.blockedBy !== who.login && (
        <Asks
          label={t('block.object')}
          hint={t('block.objectHint')}
          onSay={words => {
            act(
              async () => await api.POST('/api/number-blocks/{id}/objection',
                { params: { path: { id: b.id }, header: header() }, body: { words } }),
              t('block.objected')
            )
          }}
        />
      )}
      {b.objection !== null && b.objectionDecidedAt === null && b.blockedBy !== who.login && (
        <Asks
          label={t('block.keep')}
          hint={t('block.answerHint')}
          onSay={answer => {
            act(
              async () => await api.POST('/api/number-blocks/{id}/objection/decision',
                { params: { path: { id: b.id }, header: header() }, body: { keep: true, answer } }),
              t('block.decided')
            )
          }}
        />
      )}
    </div>
  )

  return (
    <section className='box' aria-label={t('block.title')}>
      <h2>{t('block.title')} <span className='muted small'>{t('block.hint')}</span></h2>
      {holds(who, 'SHIFT_LEADER') && (
        <div className='row block-form'>
          <Input
            value={form.number}
            maxLength={60}
            aria-label={t('block.number')}
            placeholder={t('block.number')}
            onChange={e => { write({ number: e.target.value }) }}
            style={{ width: 170 }}
          />
          <Select
            value={form.hours}
            aria-label={t('block.until')}
            onChange={hours => { write({ hours }) }}
            options={hourChoices.map(h => ({ value: h, label: t(`block.for.${h}`) }))}
            style={{ width: 190 }}
          />
          <Input
            list='block-reasons'
            value={form.reason}
            maxLength={200}
            aria-label={t('reason')}
            placeholder={t('reason')}
            onChange={e => { write({ reason: e.target.value }) }}
            style={{ width: 200 }}
          />
          <datalist id='block-reasons'>{reasonChoices.map(r => <option key={r} value={t(`block.why.${r}`)} />)}</datalist>
          <Input
            value={form.evidence}
            maxLength={1000}
            aria-label={t('block.evidence')}
            placeholder={t('block.evidenceHint')}
            onChange={e => { write({ evidence: e.target.value }) }}
            style={{ flex: 1, minWidth: 220 }}
          />
          <Button
            type='primary'
            danger
            loading={busy}
            disabled={form.number.trim() === '' || form.reason.trim().length < 2 || form.evidence.trim().length < 2}
            onClick={() => { void block() }}
          >
            {t('block.block')}
          </Button>
        </div>
      )}
      <div className='row'>
        <label htmlFor='block-month'>{t('block.month')}</label>
        <Input id='block-month' type='month' value={month} onChange={e => { setMonth(e.target.value) }} style={{ width: 170 }} />
        {month !== '' && <Button size='small' onClick={() => { setMonth('') }}>{t('block.now')}</Button>}
      </div>
      <Table<Block>
        size='small'
        rowKey='id'
        pagination={false}
        dataSource={blocks ?? []}
        locale={{ emptyText: t(blocks ? 'block.none' : 'shell:notRead') }}
        scroll={{ x: true }}
        columns={[
          { title: t('block.number'), dataIndex: 'number', className: 'tabular' },
          { title: t('state'), render: (_, b) => t(`block.state.${b.state}`) },
          {
            title: t('block.until'),
            render: (_, b) => (
              <>
                {moment(b.holdsUntil)}
                {b.state === 'half-standing' && <div className='small muted'>{t('block.asked', { until: moment(b.endsAt) })}</div>}
              </>
            )
          },
          { title: t('reason'), render: (_, b) => <>{b.reason}<div className='small muted'>{b.evidence}</div></> },
          {
            title: t('by'),
            render: (_, b) => (
              <>
                {actorName(b.blockedBy)} {moment(b.blockedAt)}
                {b.confirmedBy && <div className='small'>{t('block.second')} {actorName(b.confirmedBy)}</div>}
                {b.freedBy && <div className='small'>{t('block.freedBy')} {actorName(b.freedBy)}: {b.freedReason}</div>}
              </>
            )
          },
          {
            title: t('block.objection'),
            render: (_, b) => b.objection === null
              ? '—'
              : (
                <>
                  {b.objection}
                  {b.objectionAnswer !== null && <div className='small muted'>{actorName(b.objectionDecidedBy)}: {b.objectionAnswer}</div>}
                </>
                )
          },
          { title: t('block.refused'), dataIndex: 'refusedCalls', align: 'right' },
          { title: t('actions'), render: (_, b) => actions(b) }
        ]}
      />
    </section>
  )
}
