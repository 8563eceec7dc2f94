import { App, Form } from 'antd'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { api, onceKey } from '../../../api/client.ts'
import { useAttempt } from '../../../shell/refusals.ts'
import { useSaving } from '../../../shell/saving.ts'
import { text } from '../registers/entered.ts'
import { EntryDialog } from '../registers/entry-dialog.tsx'
import type { Field } from '../registers/register-field.ts'
import { markRefused } from '../registers/refused-fields.ts'

const filled = (value: unknown): string | undefined => text(value) === '' ? undefined : text(value)

/** Where a further exchange is reached; it is tried before it is kept. */
export function NewExchange ({ onClose, reload }: { onClose: () => void, reload: () => Promise<void> }): ReactNode {
  const { t } = useTranslation('exchanges')
  const { modal } = App.useApp()
  const attempt = useAttempt()
  const saving = useSaving()
  const [form] = Form.useForm<Record<string, unknown>>()
  const fields: Field[] = [
    { name: 'name', label: t('exchangeName'), required: true },
    { name: 'sip', label: t('sipAddress'), required: true },
    { name: 'ami', label: t('amiAddress'), required: true },
    { name: 'amiUser', label: t('amiUser'), required: true },
    { name: 'amiSecret', label: t('amiSecret'), kind: 'password', required: true },
    { name: 'webSocketUrl', label: t('webSocketUrl'), required: true },
    { name: 'door', label: t('door') },
    { name: 'doorSecret', label: t('doorSecret'), kind: 'password' }
  ]
  const save = async (): Promise<boolean> => {
    const values = await form.validateFields().catch(() => null)
    if (values === null) return false
    const [door, doorSecret] = [filled(values.door), filled(values.doorSecret)]
    const body = {
      name: text(values.name),
      sip: text(values.sip),
      ami: text(values.ami),
      amiUser: text(values.amiUser),
      amiSecret: text(values.amiSecret),
      webSocketUrl: text(values.webSocketUrl),
      ...door === undefined ? {} : { door },
      ...doorSecret === undefined ? {} : { doorSecret }
    }
    const done = await attempt(async () => {
      try {
        await api.POST('/api/pbx-nodes', { params: { header: onceKey() }, body })
      } catch (error) {
        markRefused(form, fields.map(f => f.name), error, t('admin:fieldRefused'))
        throw error
      }
    }, t('admin:saved'))
    await reload()
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
      title={t('addExchange')}
      form={form} fields={fields} busy={saving.busy} question={null}
      onOpened={() => { form.focusField('name') }}
      onTyped={() => {}}
      onLeave={leave}
      onSave={() => { void saving.run(save) }}
    />
  )
}
