import { App, Form } from 'antd'
import dayjs from 'dayjs'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { api, onceKey } from '../../../api/client.ts'
import { useAttempt } from '../../../shell/refusals.ts'
import { useSaving } from '../../../shell/saving.ts'
import { today } from '../registers/dated-rows.tsx'
import { EntryDialog } from '../registers/entry-dialog.tsx'
import { markRefused } from '../registers/refused-fields.ts'
import type { Field } from '../registers/register-field.ts'
import type { Rule } from './rule-types.ts'

/** A rule's figure from a day to come on. */
export function NewRule ({ rule, onClose, onSaved }: { rule: Rule, onClose: () => void, onSaved: () => void }): ReactNode {
  const { t, i18n } = useTranslation('admin')
  const { modal } = App.useApp()
  const attempt = useAttempt()
  const saving = useSaving()
  const [form] = Form.useForm<Record<string, unknown>>()
  const fields: Field[] = [
    { name: 'value', label: t('rule.entered', { min: rule.min, max: rule.max }), kind: 'number', required: true },
    { name: 'validFrom', label: t('rule.from'), kind: 'day', required: true }
  ]
  const save = async (): Promise<boolean> => {
    const entered = await form.validateFields().catch(() => null)
    if (entered === null || !dayjs.isDayjs(entered.validFrom)) return false
    const body = { name: rule.name, value: Number(entered.value), validFrom: entered.validFrom.format('YYYY-MM-DD') }
    const done = await attempt(async () => {
      try {
        await api.POST('/api/policies/rules', { params: { header: onceKey() }, body })
      } catch (error) {
        markRefused(form, fields.map(f => f.name), error, t('fieldRefused'))
        throw error
      }
    }, t('saved'))
    if (!done) return false
    onSaved()
    onClose()
    return true
  }
  const leave = (): void => {
    if (saving.busy) return
    if (form.isFieldsTouched()) void modal.confirm({ title: t('leaveUnsaved'), okText: t('leave'), onOk: onClose })
    else onClose()
  }
  return (
    <EntryDialog
      open
      title={i18n.language === 'en' ? rule.labelEn : rule.label}
      form={form} fields={fields} busy={saving.busy} question={null}
      onOpened={() => {
        form.setFieldsValue({ value: rule.value, validFrom: dayjs(today()).add(1, 'day') })
        form.focusField('value')
      }}
      onTyped={() => {}}
      onLeave={leave}
      onSave={() => { void saving.run(save) }}
    />
  )
}
