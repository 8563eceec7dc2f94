import { useQuery } from '@tanstack/react-query'
import { Table, type TableColumnType } from 'antd'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../api/client.ts'
import { holds, useWho } from '../../api/session.tsx'
import { useNameOf, useUnitName } from '../../directory/directory.ts'
import { moment } from '../../moments/moments.tsx'
import { header, useReload, useUnitOptions } from '../admin/registers/dated-rows.tsx'
import { chosen, text, type Entered } from '../admin/registers/entered.ts'
import type { Field } from '../admin/registers/register-field.ts'
import { Register } from '../admin/registers/register.tsx'
import { EndpointsButton } from './endpoints.tsx'
import { ImportInterfaces } from './import-interfaces.tsx'
import type { Interface, NewInterface } from './interface-types.ts'
import { cycles, directions, shareTypes } from './register-lists.ts'
import { SourceButton } from './incoming/source.tsx'

const newInterface = (values: Entered): NewInterface => ({
  name: text(values.name),
  nameEn: text(values.nameEn),
  ownerUnitId: text(values.ownerUnitId),
  contact: text(values.contact),
  direction: chosen(directions, values.direction),
  lawBasis: text(values.lawBasis),
  cycle: chosen(cycles, values.cycle),
  schemaVersion: text(values.schemaVersion),
  shareType: chosen(shareTypes, values.shareType)
})

/** An emptied text is sent as no text. */
const changed = (values: Entered): Partial<NewInterface> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, value ?? '']))

const fresh: Partial<Interface> = { direction: 'out', cycle: 'at-once', schemaVersion: '1.0', shareType: 'conditional' }

const read = async (): Promise<Interface[]> => (await api.GET('/api/interfaces')).data?.items ?? []

/** The register of interfaces: owner, law, cycle, and how each does. An administrator keeps it, a supervisor reads it. */
export function InterfaceRegister (): ReactNode {
  const reload = useReload('interfaces')
  const { data: interfaces = [] } = useQuery({ queryKey: ['interfaces'], queryFn: read, refetchInterval: 5000 })
  const columns = useColumns()
  const fields = useFields()
  if (!holds(useWho(), 'ADMINISTRATOR')) {
    return (
      <Table<Interface>
        size='small' dataSource={interfaces} rowKey='id' columns={columns} scroll={{ x: 'max-content' }}
        pagination={{ pageSize: 20, hideOnSinglePage: true, showSizeChanger: false }}
      />
    )
  }
  return (
    <Register<Interface>
      name='interfaces'
      rows={interfaces} keyOf={row => row.id} read={read} reload={reload}
      fresh={fresh} columns={columns} fields={fields}
      beside={<ImportInterfaces reload={reload} />}
      onAdd={async values => { await api.POST('/api/interfaces', { params: header(), body: newInterface(values) }) }}
      onChange={async ({ id, version }, values) => {
        await api.PATCH('/api/interfaces/{id}', { params: { path: { id }, ...header() }, body: { ...changed(values), version } })
      }}
      more={row => <><EndpointsButton row={row} reload={reload} /><SourceButton row={row} reload={reload} /></>}
    />
  )
}

function useFields (): Field[] {
  const { t } = useTranslation('interfaces')
  const units = useUnitOptions()
  const field = (name: keyof NewInterface, more: Partial<Field> = {}): Field => ({ name, label: t(name), required: true, ...more })
  const choice = (name: keyof NewInterface, words: readonly string[]): Field =>
    field(name, { kind: 'select', options: words.map(value => ({ value, label: t(`${name}.${value}`) })) })
  return [
    field('name'),
    field('nameEn', { required: false }),
    field('ownerUnitId', { kind: 'select', options: units }),
    field('contact', { required: false }),
    choice('direction', directions),
    field('lawBasis'),
    choice('cycle', cycles),
    field('schemaVersion'),
    choice('shareType', shareTypes)
  ]
}

function useColumns (): Array<TableColumnType<Interface>> {
  const { t } = useTranslation('interfaces')
  const nameOf = useNameOf()
  const unitName = useUnitName()
  return [
    {
      title: t('name'),
      key: 'name',
      render: (_, row) => <>{nameOf(row)}{row.sample && <span className='muted small'> · {t('sample')}</span>}</>
    },
    { title: t('ownerUnitId'), key: 'owner', render: (_, row) => unitName(row.ownerUnitId) },
    { title: t('direction'), key: 'direction', render: (_, row) => t(`direction.${row.direction}`) },
    { title: t('lawBasis'), dataIndex: 'lawBasis', className: 'interface-law' },
    { title: t('cycle'), key: 'cycle', render: (_, row) => t(`cycle.${row.cycle}`) },
    {
      title: t('lastSuccess'),
      key: 'last',
      className: 'tabular',
      render: (_, { health }) => health.lastSuccessAt === null ? <span className='muted'>{t('never')}</span> : moment(health.lastSuccessAt)
    },
    {
      title: t('lastReceived'),
      key: 'received',
      className: 'tabular',
      sorter: (a, b) => silentFor(a) - silentFor(b),
      render: (_, { source }) => source !== null && (
        source.silentSince === null
          ? <>{source.state === 'off' ? t('state.off') : source.lastReceivedAt === null ? t('never') : moment(source.lastReceivedAt)}</>
          : <span className='late-word'>{t('silent', { at: moment(source.silentSince) })}</span>
      )
    },
    {
      title: t('envelopes'),
      key: 'aside',
      align: 'right',
      sorter: (a, b) => (a.source?.quarantined ?? 0) - (b.source?.quarantined ?? 0),
      render: (_, { source }) => source !== null && source.quarantined > 0 && <b className='late-word'>{source.quarantined}</b>
    },
    {
      title: t('lag'),
      key: 'lag',
      align: 'right',
      sorter: (a, b) => a.health.lagSeconds - b.health.lagSeconds,
      render: (_, { health: { lagSeconds, waiting } }) =>
        waiting === 0 ? '' : <span className={lagSeconds > 60 ? 'late-word' : ''}>{t('lagOf', { waiting, lag: lagText(lagSeconds) })}</span>
    },
    {
      title: t('errorRate'),
      key: 'errors',
      align: 'right',
      sorter: (a, b) => (a.health.errorRate ?? -1) - (b.health.errorRate ?? -1),
      render: (_, { health: { errorRate } }) =>
        errorRate === null ? '' : <span className={errorRate > 0 ? 'amber' : 'good'}>{(errorRate * 100).toFixed(1)} %</span>
    },
    {
      title: t('dead'),
      key: 'dead',
      align: 'right',
      sorter: (a, b) => a.health.dead - b.health.dead,
      render: (_, { health: { dead } }) => dead === 0 ? '' : <b className='late-word'>{dead}</b>
    },
    {
      title: t('endpoints'),
      key: 'endpoints',
      align: 'right',
      render: (_, { endpoints }) => endpoints.length === 0 ? '' : endpoints.length
    }
  ]
}

/** How long nothing has come although it should have, ms; 0: it is in time. */
const silentFor = ({ source }: Interface): number => source?.silentSince == null ? 0 : Date.now() - Date.parse(source.silentSince)

/** `42 s`, `13 min`, `5 h`: the same signs in both languages. */
const lagText = (seconds: number): string =>
  seconds < 120 ? `${seconds} s` : seconds < 7200 ? `${Math.floor(seconds / 60)} min` : `${Math.floor(seconds / 3600)} h`
