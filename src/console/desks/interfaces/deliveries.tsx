import { useInfiniteQuery } from '@tanstack/react-query'
import { App, Button, Select, Table } from 'antd'
import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../api/client.ts'
import { every } from '../../api/closed-lists.ts'
import { holds, useWho } from '../../api/session.tsx'
import { useNameOf } from '../../directory/directory.ts'
import { moment } from '../../moments/moments.tsx'
import { useAttempt } from '../../shell/refusals.ts'
import { header, useReload } from '../admin/registers/dated-rows.tsx'
import { DeliveryPage } from './delivery-page.tsx'
import type { Delivery } from './interface-types.ts'

const states = every<Delivery['state']>()(['waiting', 'sent', 'dead', 'dropped'])

/** Outgoing events; at first the dead letters (死信), which a person mends, sends again, or gives up. */
export function Deliveries (): ReactNode {
  const { t } = useTranslation('interfaces')
  const nameOf = useNameOf()
  const keeps = holds(useWho(), 'ADMINISTRATOR')
  const reload = useReload('deliveries', 'delivery')
  const [state, setState] = useState<Delivery['state']>('dead')
  const { data, hasNextPage, fetchNextPage } = useInfiniteQuery({
    queryKey: ['deliveries', state],
    initialPageParam: '',
    refetchInterval: 5000,
    queryFn: async ({ pageParam }) =>
      (await api.GET('/api/deliveries', { params: { query: { state, ...pageParam === '' ? {} : { cursor: pageParam } } } })).data,
    getNextPageParam: last => last?.next ?? null
  })
  const rows = data?.pages.flatMap(page => page?.items ?? []) ?? []
  return (
    <div>
      <div className='row'>
        <Select
          aria-label={t('deliveryState')} value={state} style={{ width: 160 }} onChange={setState}
          options={states.map(value => ({ value, label: t(`delivery.${value}`) }))}
        />
        {keeps && state === 'dead' && rows.length > 0 && <ReplayAll reload={reload} />}
      </div>
      <Table<Delivery>
        size='small' dataSource={rows} rowKey='id' pagination={false} scroll={{ x: 'max-content' }}
        locale={{ emptyText: t(data ? 'shell:nothing' : 'shell:notRead') }}
        expandable={{
          rowExpandable: row => !row.withheld,
          expandedRowRender: row => <DeliveryPage delivery={row} keeps={keeps} reload={reload} />
        }}
        columns={[
          { title: t('made'), key: 'made', className: 'tabular', render: (_, row) => moment(row.createdAt) },
          {
            title: t('name'),
            key: 'name',
            render: (_, row) => nameOf({ name: row.interfaceName, nameEn: row.interfaceNameEn })
          },
          { title: t('kinds'), key: 'kind', render: (_, row) => t(`kind.${row.kind}`) },
          { title: t('attempts'), dataIndex: 'attempts', align: 'right' },
          { title: t('lastAnswer'), key: 'last', render: (_, row) => row.lastStatus ?? (row.lastError && t(`error.${row.lastError}`)) },
          {
            title: t('deliveryState'),
            key: 'state',
            render: (_, row) => (
              <>
                {t(`delivery.${row.state}`)}
                {row.state === 'waiting' && <span className='muted small'> {t('next', { at: moment(row.dueAt) })}</span>}
                {row.mended && <span className='amber small'> · {t('mended')}</span>}
                {row.withheld && <span className='muted small'> · {t('withheld')}</span>}
              </>
            )
          },
          { title: 'webhook-id', dataIndex: 'id', className: 'tabular small' }
        ]}
      />
      {hasNextPage && <Button onClick={() => { void fetchNextPage() }}>{t('shell:more')}</Button>}
    </div>
  )
}

function ReplayAll ({ reload }: { reload: () => void }): ReactNode {
  const { t } = useTranslation('interfaces')
  const { message, modal } = App.useApp()
  const attempt = useAttempt()
  const replay = async (): Promise<void> => {
    if (!await modal.confirm({ title: t('replayAll'), content: t('replayAllMeans') })) return
    await attempt(async () => {
      const { data } = await api.POST('/api/deliveries/replay', { params: header(), body: {} })
      void message.success(t('replayed', { count: data?.replayed ?? 0 }))
    })
    reload()
  }
  return <Button onClick={() => { void replay() }}>{t('replayAll')}</Button>
}
