import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Button, Input, Table } from 'antd'
import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { holds, useWho } from '../../../api/session.tsx'
import { useActorName } from '../../../directory/names.ts'
import { useFeed } from '../../../feed/feed.ts'
import { moment } from '../../../moments/moments.tsx'
import { phoneText } from '../../../phone/phone-text.ts'
import { BlockActions } from './block-actions.tsx'
import { BlockForm } from './block-form.tsx'
import { readBlocks, type Block } from './blocks.ts'

/** 拉黑: blocked numbers, until when, why and by whom; blocked and freed here. */
export function BlockedNumbers (): ReactNode {
  const { t } = useTranslation('supervise')
  const actorName = useActorName()
  const who = useWho()
  const queries = useQueryClient()
  const [month, setMonth] = useState('')
  const { data: blocks } = useQuery({ queryKey: ['blocks', month], refetchInterval: 60_000, queryFn: async () => await readBlocks(month) })
  const reload = (): void => { void queries.invalidateQueries({ queryKey: ['blocks'] }) }
  useFeed(['number.'], reload)

  return (
    <section className='box' aria-label={t('block.title')}>
      <h2>{t('block.title')} <span className='muted small'>{t('block.hint')}</span></h2>
      {holds(who, 'SHIFT_LEADER') && <BlockForm onDone={reload} />}
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
          { title: t('block.number'), render: (_, b) => phoneText(b.number), className: 'tabular' },
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
            title: t('block:objection'),
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
          { title: t('actions'), render: (_, b) => <BlockActions block={b} onDone={reload} /> }
        ]}
      />
    </section>
  )
}
