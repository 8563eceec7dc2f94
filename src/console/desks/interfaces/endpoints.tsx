import { App, Button, Form, Modal } from 'antd'
import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../api/client.ts'
import { moment } from '../../moments/moments.tsx'
import { useAttempt } from '../../shell/refusals.ts'
import { useSaving } from '../../shell/saving.ts'
import { header } from '../admin/registers/dated-rows.tsx'
import { allChosen, text, type Entered } from '../admin/registers/entered.ts'
import { EntryDialog } from '../admin/registers/entry-dialog.tsx'
import { markRefused } from '../admin/registers/refused-fields.ts'
import type { Field } from '../admin/registers/register-field.ts'
import type { Endpoint, Interface, NewEndpoint } from './interface-types.ts'
import { orderEvents } from './register-lists.ts'
import { useSecret } from './secret.tsx'

/** Where the events of an interface are sent (推送地址). */
export function EndpointsButton ({ row, reload }: { row: Interface, reload: () => void }): ReactNode {
  const { t } = useTranslation('interfaces')
  const [open, setOpen] = useState(false)
  const [edited, setEdited] = useState<Endpoint | 'new' | null>(null)
  return (
    <>
      <Button size='small' onClick={() => { setOpen(true) }}>{t('endpoints')}</Button>
      <Modal open={open} title={`${t('endpoints')} · ${row.name}`} footer={null} width={720} onCancel={() => { setOpen(false) }}>
        {row.endpoints.length === 0 && <p className='muted'>{t('noEndpoint')}</p>}
        {row.endpoints.map(one => <OneEndpoint key={one.id} endpoint={one} reload={reload} onChange={() => { setEdited(one) }} />)}
        <Button onClick={() => { setEdited('new') }}>{t('addEndpoint')}</Button>
      </Modal>
      {edited !== null && <EndpointForm row={row} edited={edited} reload={reload} onClose={() => { setEdited(null) }} />}
    </>
  )
}

function OneEndpoint ({ endpoint, onChange, reload }: { endpoint: Endpoint, onChange: () => void, reload: () => void }): ReactNode {
  const { t } = useTranslation('interfaces')
  const { modal } = App.useApp()
  const attempt = useAttempt()
  const showSecret = useSecret()
  const { id, version, state, restedUntil } = endpoint
  const isOff = state === 'off'
  const params = () => ({ path: { id }, ...header() })
  const act = async (work: () => Promise<unknown>, done: string): Promise<void> => {
    await attempt(work, done)
    reload()
  }
  const rotate = async (): Promise<void> => {
    if (!await modal.confirm({ title: t('newSecret'), content: t('newSecretMeans') })) return
    await act(async () => {
      showSecret((await api.POST('/api/endpoints/{id}/secret', { params: params() })).data?.secret)
    }, t('admin:saved'))
  }
  return (
    <section className='box' data-endpoint={id}>
      <p className='tabular interface-url'>{endpoint.url}</p>
      <p className='small'>
        <b className={state === 'on' ? 'good' : 'amber'}>{t(`state.${state}`)}</b>
        {restedUntil !== null && <span className='muted'> {t('until', { at: moment(restedUntil), count: endpoint.failures })}</span>}
        <span className='muted'> · {endpoint.kinds.map(kind => t(`kind.${kind}`)).join(t('shell:comma'))}</span>
        {endpoint.allowNetworks.length > 0 && <span className='muted'> · {endpoint.allowNetworks.join(' ')}</span>}
      </p>
      <span className='row'>
        <Button size='small' onClick={onChange}>{t('admin:change')}</Button>
        <Button
          size='small' disabled={isOff}
          onClick={() => { void act(async () => await api.POST('/api/endpoints/{id}/try', { params: params() }), t('tried')) }}
        >
          {t('try')}
        </Button>
        <Button size='small' onClick={() => { void rotate() }}>{t('newSecret')}</Button>
        <Button
          size='small'
          onClick={() => {
            const body = { on: isOff, version }
            void act(async () => await api.PATCH('/api/endpoints/{id}', { params: params(), body }), t('admin:saved'))
          }}
        >
          {t(isOff ? 'switchOn' : 'switchOff')}
        </Button>
      </span>
    </section>
  )
}

interface FormProps { row: Interface, edited: Endpoint | 'new', reload: () => void, onClose: () => void }

function EndpointForm ({ row, edited, reload, onClose }: FormProps): ReactNode {
  const { t } = useTranslation('interfaces')
  const { modal } = App.useApp()
  const attempt = useAttempt()
  const saving = useSaving()
  const showSecret = useSecret()
  const [form] = Form.useForm<Record<string, unknown>>()
  const fields: Field[] = [
    { name: 'url', label: t('url'), required: true },
    { name: 'kinds', label: t('kinds'), kind: 'many', options: orderEvents.map(value => ({ value, label: t(`kind.${value}`) })) },
    { name: 'allowNetworks', label: t('allowNetworks') }
  ]
  const send = async (body: NewEndpoint): Promise<void> => {
    if (edited === 'new') {
      const { data } = await api.POST('/api/interfaces/{id}/endpoints', { params: { path: { id: row.id }, ...header() }, body })
      showSecret(data?.secret)
      return
    }
    await api.PATCH('/api/endpoints/{id}',
      { params: { path: { id: edited.id }, ...header() }, body: { ...body, version: edited.version } })
  }
  const save = async (): Promise<boolean> => {
    const values = await form.validateFields().catch(() => null)
    if (values === null) return false
    const done = await attempt(async () => {
      try {
        await send(newEndpoint(values))
      } catch (error) {
        markRefused(form, fields.map(f => f.name), error, t('admin:fieldRefused'))
        throw error
      }
    }, t('admin:saved'))
    reload()
    if (done) onClose()
    return done
  }
  const leave = (): void => {
    if (saving.busy) return
    if (form.isFieldsTouched()) void modal.confirm({ title: t('admin:leaveUnsaved'), okText: t('admin:leave'), onOk: onClose })
    else onClose()
  }
  return (
    <EntryDialog
      open
      title={t(edited === 'new' ? 'addEndpoint' : 'changeEndpoint')}
      form={form} fields={fields} busy={saving.busy} question={null}
      onOpened={() => {
        if (edited !== 'new') form.setFieldsValue({ ...edited, allowNetworks: edited.allowNetworks.join(' ') })
        form.focusField('url')
      }}
      onTyped={() => {}}
      onLeave={leave}
      onSave={() => { void saving.run(save) }}
    />
  )
}

const newEndpoint = (values: Entered): NewEndpoint => ({
  url: text(values.url).trim(),
  kinds: allChosen(orderEvents, values.kinds),
  allowNetworks: text(values.allowNetworks).split(/[\s,，、]+/).filter(part => part !== '')
})
