import { useQuery } from '@tanstack/react-query'
import { App, Button } from 'antd'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../../api/client.ts'
import { every } from '../../../api/closed-lists.ts'
import { useFeed } from '../../../feed/feed.ts'
import { moment } from '../../../moments/moments.tsx'
import { useAttempt } from '../../../shell/refusals.ts'
import { header, phone, useReload } from '../registers/dated-rows.tsx'
import { chosen, text, type Entered } from '../registers/entered.ts'
import type { Field } from '../registers/register-field.ts'
import { Register } from '../registers/register.tsx'
import { TrialButton, TrialCall } from './trial-call.tsx'
import type { NewTrunk, Trunk } from './trunk-types.ts'

const transports = every<Trunk['transport']>()(['udp', 'tcp', 'tls'])
const directions = every<Trunk['direction']>()(['both', 'in', 'out'])
const keyWays = every<Trunk['keys']>()(['rfc4733', 'info'])

const whole = (value: unknown): number => typeof value === 'number' ? value : Number(value ?? NaN)

const newTrunk = (values: Entered): NewTrunk => ({
  name: text(values.name),
  enabled: true,
  direction: chosen(directions, values.direction),
  address: text(values.address),
  sources: text(values.sources),
  transport: chosen(transports, values.transport),
  srtp: values.srtp === true,
  priority: whole(values.priority),
  weight: whole(values.weight),
  costClass: whole(values.costClass),
  callerId: text(values.callerId),
  outOfTownPrefix: text(values.outOfTownPrefix),
  channels: whole(values.channels),
  reservedInbound: whole(values.reservedInbound),
  callsPerSecond: whole(values.callsPerSecond),
  edgeCallsPerSecond: whole(values.edgeCallsPerSecond),
  qualifySeconds: whole(values.qualifySeconds),
  keys: chosen(keyWays, values.keys),
  outboundProxy: text(values.outboundProxy),
  remainInDialog: values.remainInDialog === true
})

const fresh: Partial<NewTrunk> = {
  direction: 'both',
  transport: 'udp',
  srtp: false,
  priority: 2,
  weight: 10,
  costClass: 1,
  reservedInbound: 0,
  callsPerSecond: 10,
  edgeCallsPerSecond: 30,
  qualifySeconds: 3,
  keys: 'rfc4733',
  remainInDialog: false
}

const read = async (): Promise<Trunk[]> => (await api.GET('/api/trunks')).data?.items ?? []

/** Lines to the carriers: what each may carry, and how it does on each PBX. */
export function TrunkRegister (): ReactNode {
  const { t } = useTranslation('admin')
  const reload = useReload('trunks')
  const { data: trunks = [] } = useQuery({ queryKey: ['trunks', 'all'], queryFn: read, refetchInterval: 5000 })
  const fields = useFields()
  useFeed(['trunk.'], reload)
  const patch = async (trunk: Trunk, body: Partial<NewTrunk>): Promise<void> => {
    await api.PATCH('/api/trunks/{id}', { params: { path: { id: trunk.id }, ...header() }, body: { ...body, version: trunk.version } })
  }
  return (
    <Register<Trunk>
      name='trunks'
      rows={trunks} keyOf={trunk => trunk.id} read={read} reload={reload}
      fresh={fresh}
      columns={[
        { title: t('trunk.name'), dataIndex: 'name', render: (name: string, trunk) => <Named name={name} trunk={trunk} /> },
        { title: t('trunk.address'), key: 'address', render: (_: unknown, trunk) => `${trunk.address} ${trunk.transport.toUpperCase()}` },
        { title: t('trunk.direction'), dataIndex: 'direction', render: (d: Trunk['direction']) => t(`trunk.direction.${d}`) },
        { title: t('trunk.priority'), dataIndex: 'priority', align: 'right' },
        { title: t('trunk.weight'), dataIndex: 'weight', align: 'right' },
        { title: t('trunk.costClass'), dataIndex: 'costClass', render: (cost: number) => t(`trunk.cost.${cost}`, String(cost)) },
        { title: t('trunk.callerId'), dataIndex: 'callerId', render: phone },
        {
          title: t('trunk.limits'),
          key: 'limits',
          align: 'right',
          render: (_: unknown, { channels, callsPerSecond }) =>
          `${channels} / ${callsPerSecond}`
        },
        { title: t('trunk.now'), dataIndex: 'calls', align: 'right' },
        { title: t('trunk.state'), key: 'state', render: (_: unknown, trunk) => <OnNodes trunk={trunk} /> }
      ]}
      fields={fields}
      onAdd={async values => { await api.POST('/api/trunks', { params: header(), body: newTrunk(values) }) }}
      onChange={async (trunk, values) => { await patch(trunk, changed(values)) }}
      more={trunk => <More trunk={trunk} onEnable={async enabled => { await patch(trunk, { enabled }) }} reload={reload} />}
    />
  )
}

const mayBeEmpty = new Set(['outOfTownPrefix', 'outboundProxy', 'sources'])

/** An emptied text is sent as no text; the API refuses an emptied figure. */
const changed = (values: Entered): Partial<NewTrunk> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) =>
    [name, value === null && mayBeEmpty.has(name) ? '' : value]))

function useFields (): Field[] {
  const { t } = useTranslation('admin')
  const field = (name: keyof NewTrunk, more: Partial<Field> = {}): Field => ({ name, label: t(`trunk.${name}`), required: true, ...more })
  const choice = (name: keyof NewTrunk, words: readonly string[], label: (word: string) => string): Field =>
    field(name, { kind: 'select', options: words.map(value => ({ value, label: label(value) })) })
  const figure = (name: keyof NewTrunk): Field => field(name, { kind: 'number' })
  const yes = (name: keyof NewTrunk): Field => field(name, { kind: 'yes', required: false })
  return [
    field('name'),
    field('address'),
    field('sources', { required: false }),
    choice('transport', transports, word => word.toUpperCase()),
    yes('srtp'),
    choice('direction', directions, word => t(`trunk.direction.${word}`)),
    figure('priority'),
    figure('weight'),
    figure('costClass'),
    field('callerId'),
    field('outOfTownPrefix', { required: false }),
    figure('channels'),
    figure('reservedInbound'),
    figure('callsPerSecond'),
    figure('edgeCallsPerSecond'),
    figure('qualifySeconds'),
    choice('keys', keyWays, word => t(`trunk.keys.${word}`)),
    field('outboundProxy', { required: false }),
    yes('remainInDialog')
  ]
}

function Named ({ name, trunk }: { name: string, trunk: Trunk }): ReactNode {
  const { t } = useTranslation('admin')
  return (
    <>
      {name}
      {!trunk.enabled && <span className='late-word small'> · {t('trunk.disabled')}</span>}
      {trunk.fromSettings && <span className='muted small'> · {t('trunk.fromSettings')}</span>}
    </>
  )
}

function OnNodes ({ trunk }: { trunk: Trunk }): ReactNode {
  const { t } = useTranslation('admin')
  if (!trunk.enabled) return null
  return [...trunk.nodes.map(({ name, silentSince, share, restart }) => (
    <div key={name}>
      {name}{' '}
      {trunk.qualifySeconds === 0
        ? <span className='muted'>{t('trunk.unasked')}</span>
        : silentSince === null
          ? <b className='good'>{t('trunk.answers')}</b>
          : <b className='late-word'>{t('trunk.silentSince', { at: moment(silentSince) })}</b>}
      <span className='muted small'> · {t('trunk.share', { count: share })}</span>
      {restart === true && <b className='amber small'> · {t('trunk.restart')}</b>}
    </div>
  )), trunk.trouble && (
    <b key='trouble' className='late-word'>
      {t(`trunk.trouble.${trunk.trouble.kind}`, { count: trunk.trouble.calls, at: moment(trunk.trouble.since) })}
    </b>
  ), trunk.trial && <TrialCall key='trial' trial={trunk.trial} />]
}

interface MoreProps { trunk: Trunk, onEnable: (enabled: boolean) => Promise<void>, reload: () => void }

function More ({ trunk, onEnable, reload }: MoreProps): ReactNode {
  const { t } = useTranslation('admin')
  const { modal } = App.useApp()
  const attempt = useAttempt()
  const asked = async (title: string, content: string, act: () => Promise<unknown>): Promise<void> => {
    if (!await modal.confirm({ title: `${title}: ${trunk.name}`, content })) return
    await attempt(act, t('saved'))
    reload()
  }
  const disable = (): void => { void asked(t('trunk.disable'), t('trunk.disableMeans'), async () => await onEnable(false)) }
  const enable = (): void => { void attempt(async () => await onEnable(true), t('saved')).then(reload) }
  const remove = async (): Promise<void> => { await api.DELETE('/api/trunks/{id}', { params: { path: { id: trunk.id }, ...header() } }) }
  return (
    <>
      {trunk.enabled && trunk.direction !== 'in' && <TrialButton trunk={trunk} reload={reload} />}
      {trunk.enabled
        ? <Button size='small' onClick={disable}>{t('trunk.disable')}</Button>
        : <Button size='small' onClick={enable}>{t('trunk.enable')}</Button>}
      <Button size='small' onClick={() => { void asked(t('trunk.remove'), t('trunk.removeMeans'), remove) }}>{t('trunk.remove')}</Button>
    </>
  )
}
