import { useInfiniteQuery } from '@tanstack/react-query'
import { Button, Select, Table } from 'antd'
import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../../api/client.ts'
import { every } from '../../../api/closed-lists.ts'
import { holds, useWho } from '../../../api/session.tsx'
import { useNameOf } from '../../../directory/directory.ts'
import { useActorName } from '../../../directory/names.ts'
import { moment } from '../../../moments/moments.tsx'
import { useReload } from '../../admin/registers/dated-rows.tsx'
import { EnvelopePage } from './envelope-page.tsx'
import type { Envelope } from '../interface-types.ts'

const states = every<Envelope['state']>()(['waiting', 'taken', 'quarantined', 'dropped'])

/** Messages of other systems; at first those that wait for a person (隔离区), who mends, takes, or gives them up. */
export function Envelopes (): ReactNode {
  const { t } = useTranslation('interfaces')
  const nameOf = useNameOf()
  const actorName = useActorName()
  const keeps = holds(useWho(), 'ADMINISTRATOR')
  const reload = useReload('envelopes', 'interfaces')
  const [state, setState] = useState<Envelope['state']>('quarantined')
  const { data, hasNextPage, fetchNextPage } = useInfiniteQuery({
    queryKey: ['envelopes', state],
    initialPageParam: '',
    refetchInterval: 5000,
    queryFn: async ({ pageParam }) =>
      (await api.GET('/api/envelopes', { params: { query: { state, ...pageParam === '' ? {} : { cursor: pageParam } } } })).data,
    getNextPageParam: last => last?.next ?? null
  })
  const rows = data?.pages.flatMap(page => page?.items ?? []) ?? []
  return (
    <div>
      <Select
        aria-label={t('envelopeState')} value={state} style={{ width: 160 }} onChange={setState}
        options={states.map(value => ({ value, label: t(`envelope.${value}`) }))}
      />
      <Table<Envelope>
        size='small' dataSource={rows} rowKey='id' pagination={false} scroll={{ x: 'max-content' }}
        locale={{ emptyText: t(data ? 'shell:nothing' : 'shell:notRead') }}
        expandable={{
          rowExpandable: row => row.state === 'quarantined',
          expandedRowRender: row => <EnvelopePage envelope={row} keeps={keeps} reload={reload} />
        }}
        columns={[
          { title: t('received'), key: 'received', className: 'tabular', render: (_, row) => moment(row.receivedAt) },
          { title: t('name'), key: 'name', render: (_, row) => nameOf({ name: row.interfaceName, nameEn: row.interfaceNameEn }) },
          { title: t('envelopeKind'), key: 'kind', className: 'tabular', render: (_, row) => kindOf(row) },
          {
            title: t('why'),
            key: 'why',
            render: (_, row) => (
              <>
                {row.reason !== null && <span className='amber'>{t(`reason.${row.reason}`)}</span>}
                {row.mended && <span className='amber small'> · {t('mended')}</span>}
                {row.withheld && <span className='muted small'> · {t('withheld')}</span>}
              </>
            )
          },
          {
            title: t('settled'),
            key: 'settled',
            render: (_, row) => row.settledBy !== null && row.settledAt !== null &&
              <span className='small'>{t('settledBy', { by: actorName(row.settledBy), at: moment(row.settledAt) })}</span>
          },
          { title: 'webhook-id', dataIndex: 'messageId', className: 'tabular small' }
        ]}
      />
      {hasNextPage && <Button onClick={() => { void fetchNextPage() }}>{t('shell:more')}</Button>}
    </div>
  )
}

const kindOf = ({ kind, version }: Envelope): string => kind === null ? '' : `${kind} ${version ?? ''}`
