import { DatePicker, Form, Input, InputNumber, Modal, Select, Switch, type FormInstance } from 'antd'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Key } from '../../../shell/shortcuts.tsx'
import type { Field } from './register-field.ts'

interface EntryDialogProps {
  open: boolean
  title: string
  form: FormInstance<Record<string, unknown>>
  fields: readonly Field[]
  /** the entry is being saved: nothing can be typed */
  busy: boolean
  /** shown above the form: until it is answered nothing is saved */
  question: ReactNode
  onOpened: () => void
  onTyped: () => void
  onLeave: () => void
  onSave: () => void
}

/** The form in which an entry of a register is written. */
export function EntryDialog ({
  open, title, form, fields, busy, question, onOpened, onTyped, onLeave, onSave
}: EntryDialogProps): ReactNode {
  const { t } = useTranslation('admin')
  const asks = question !== null
  return (
    <Modal
      open={open}
      title={title}
      okText={<>{t('save')}<kbd>Ctrl+Enter</kbd></>}
      okButtonProps={{ disabled: asks, loading: busy }}
      cancelButtonProps={{ disabled: busy }}
      afterOpenChange={opens => { if (opens) onOpened() }}
      onCancel={onLeave}
      onOk={onSave}
      width={640}
    >
      <Key keys='Ctrl+Enter' disabled={asks} onPress={onSave} />
      {question}
      <Form form={form} layout='vertical' className='register-form' disabled={busy} onValuesChange={onTyped}>
        <FormFields fields={fields} />
      </Form>
    </Modal>
  )
}

function FormFields ({ fields }: { fields: readonly Field[] }): ReactNode {
  return fields.map(f => (
    <Form.Item
      key={f.name}
      name={f.name}
      label={f.label}
      rules={f.required ? [{ required: true }] : []}
      valuePropName={f.kind === 'yes' ? 'checked' : 'value'}
    >
      {inputOf(f)}
    </Form.Item>
  ))
}

/** What a field is entered in; its form hands it value and change. */
function inputOf (f: Field): ReactNode {
  if (f.kind === 'number') return <InputNumber style={{ width: '100%' }} />
  if (f.kind === 'yes') return <Switch />
  if (f.kind === 'day') return <DatePicker style={{ width: '100%' }} />
  if (f.kind === 'password') return <Input.Password autoComplete='new-password' />
  if (f.kind === 'select' || f.kind === 'many') {
    return (
      <Select
        allowClear={!f.required}
        showSearch
        optionFilterProp='label'
        options={f.options ?? []}
        {...(f.kind === 'many' ? { mode: 'multiple' as const } : {})}
      />
    )
  }
  return <Input />
}
