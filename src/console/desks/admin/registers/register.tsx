import { App, Button, DatePicker, Form, Input, InputNumber, Modal, Select, Switch, Table, type TableColumnType } from 'antd'
import dayjs, { type Dayjs } from 'dayjs'
import { useMemo, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { now } from '../../../moments/now.ts'
import { toPicker } from '../../../moments/zone.ts'
import { useAttempt } from '../../../shell/refusals.ts'
import { Key } from '../../../shell/shortcuts.tsx'
import { ListSearch } from '../list-search.tsx'
import { useEntryConflict } from './entry-conflict.tsx'
import { day, useKeptEntries } from './kept-entries.ts'
import type { Field } from './register-field.ts'
import { markRefused } from './refused-fields.ts'

interface RegisterProps<Row extends object> {
  /** its name among the registers */
  name: string
  rows: readonly Row[]
  keyOf: (row: Row) => string
  columns: Array<TableColumnType<Row>>
  fields: readonly Field[]
  /** what the form starts with when something is added */
  fresh?: Partial<Row>
  /** what the form starts with when something is changed, besides the row itself */
  changing?: Partial<Row>
  /** shown beside the search field */
  beside?: ReactNode
  onAdd: (values: Record<string, unknown>) => Promise<unknown>
  onChange: (row: Row, values: Record<string, unknown>) => Promise<unknown>
  onEnd?: (row: Row, lastDay: string) => Promise<unknown>
  more?: (row: Row) => ReactNode
  reload: () => void
}

/** The values of a form as they are sent: an empty field is no value. */
function valuesOf (fields: readonly Field[], entered: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(fields.map(f => [
    f.name,
    f.kind === 'day'
      ? day(entered[f.name]) ?? null
      : entered[f.name] === '' || entered[f.name] === undefined
        ? (f.kind === 'text' || f.kind === undefined) && f.required ? '' : f.kind === 'yes' ? false : null
        : entered[f.name]
  ]))
}

/** The rows that hold these words somewhere. */
function matching<Row extends object> (rows: readonly Row[], said: string): Row[] {
  const words = said.trim().toLowerCase()
  return words === '' ? [...rows] : rows.filter(r => JSON.stringify(r).toLowerCase().includes(words))
}

/** A register: searched by typing and edited in a form. Nothing is removed; entries end on a day. */
export function Register<Row extends object> ({
  name, rows, keyOf, columns, fields, fresh, changing, beside, onAdd, onChange, onEnd, more, reload
}: RegisterProps<Row>): ReactNode {
  const { t } = useTranslation('admin')
  const attempt = useAttempt()
  const { modal } = App.useApp()
  const [said, setSaid] = useState('')
  const [edited, setEdited] = useState<Row | 'new' | null>(null)
  const [ending, setEnding] = useState<Row | null>(null)
  const [form] = Form.useForm<Record<string, unknown>>()
  const shown = useMemo(() => matching(rows, said), [rows, said])
  const asked = fields.filter(f => edited === 'new' ? !f.onlyChange : !f.onlyNew)
  const began = edited === 'new' ? null : edited
  const kept = useKeptEntries(name, { form, fields: asked, entry: edited === 'new' ? '' : began && keyOf(began), began })
  const conflict = useEntryConflict({ form, fields: asked, kept })
  const close = (): void => {
    kept.forget()
    conflict.close()
    setEdited(null)
  }
  const open = (row: Row | 'new'): void => {
    form.resetFields()
    const values = { ...(row === 'new' ? fresh : { ...row, ...changing }) } as Record<string, unknown>
    for (const f of fields) if (f.kind === 'day' && typeof values[f.name] === 'string') values[f.name] = dayjs(values[f.name] as string)
    form.setFieldsValue(values)
    setEdited(row)
  }
  const save = async (): Promise<void> => {
    const all = await form.validateFields().catch(() => null)
    if (all === null || edited === null) return
    const values = valuesOf(asked, all)
    const row = edited
    // Only the changed fields are sent: another administrator may have changed the others meanwhile.
    const always = Object.keys(changing ?? {})
    const typed = Object.fromEntries(Object.entries(values).filter(([name]) => form.isFieldTouched(name) && !always.includes(name)))
    const changed = { ...typed, ...Object.fromEntries(always.map(name => [name, values[name]])) }
    if (row !== 'new' && Object.keys(typed).length === 0) { close(); return }
    if (row !== 'new' && conflict.asks(rows.find(r => keyOf(r) === keyOf(row)) ?? row, typed)) return
    const send = async (): Promise<void> => {
      try {
        await (row === 'new' ? onAdd(values) : onChange(row, changed))
      } catch (error) {
        markRefused(form, asked.map(f => f.name), error, t('fieldRefused'))
        throw error
      }
    }
    if (await attempt(send, t('saved'))) close()
    reload()
  }
  const leave = (): void => {
    if (form.isFieldsTouched()) void modal.confirm({ title: t('leaveUnsaved'), okText: t('leave'), onOk: close })
    else close()
  }
  return (
    <div className='register'>
      <ListSearch said={said} onSaid={setSaid} shown={shown.length} all={rows.length}>
        {beside}
        <Button type='primary' onClick={() => { open('new') }}>{t('add')}</Button>
      </ListSearch>
      <Table<Row>
        size='small'
        dataSource={shown}
        rowKey={keyOf}
        pagination={{ pageSize: 20, hideOnSinglePage: true, showSizeChanger: false }}
        scroll={{ x: 'max-content' }}
        columns={[...columns, {
          title: t('actions'),
          key: 'actions',
          render: (_: unknown, row: Row) =>
            <RowActions onChange={() => { open(row) }} onEnd={onEnd ? () => { setEnding(row) } : null} more={more?.(row)} />
        }]}
      />
      <Modal
        open={edited !== null}
        title={edited === 'new' || edited === null ? t('add') : `${t('change')} ${keyOf(edited)}`}
        okText={<>{t('save')}<kbd>Ctrl+Enter</kbd></>}
        afterOpenChange={opens => { if (opens) { kept.restore(); form.focusField(asked[0]?.name ?? '') } }}
        onCancel={leave}
        onOk={() => { void save() }}
        okButtonProps={{ disabled: conflict.open }}
        width={640}
      >
        <Key keys='Ctrl+Enter' disabled={conflict.open} onPress={() => { void save() }} />
        {conflict.question}
        <Form form={form} layout='vertical' className='register-form' onValuesChange={() => { kept.keep() }}>
          <FormFields fields={asked} />
        </Form>
      </Modal>
      <EndDialog
        name={ending && keyOf(ending)}
        onClose={() => { setEnding(null) }}
        onEnd={async lastDay => {
          if (ending === null || !onEnd) return
          await attempt(async () => { await onEnd(ending, lastDay) }, t('saved'))
          setEnding(null)
          reload()
        }}
      />
    </div>
  )
}

function RowActions ({ onChange, onEnd, more }: { onChange: () => void, onEnd: (() => void) | null, more: ReactNode }): ReactNode {
  const { t } = useTranslation('admin')
  return (
    <span className='row'>
      <Button size='small' onClick={onChange}>{t('change')}</Button>
      {onEnd && <Button size='small' onClick={onEnd}>{t('end')}</Button>}
      {more}
    </span>
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

/** The last day of an entry; `name` null: closed. */
function EndDialog ({ name, onEnd, onClose }: {
  name: string | null
  onEnd: (lastDay: string) => Promise<void>
  onClose: () => void
}): ReactNode {
  const { t } = useTranslation('admin')
  const [lastDay, setLastDay] = useState<Dayjs | null>(() => toPicker(now()))
  return (
    <Modal
      open={name !== null}
      title={t('endTitle')}
      okText={t('end')}
      okButtonProps={{ danger: true, disabled: lastDay === null }}
      onCancel={onClose}
      onOk={() => { if (lastDay) void onEnd(lastDay.format('YYYY-MM-DD')) }}
    >
      <p>{name}</p><DatePicker value={lastDay} onChange={setLastDay} aria-label={t('lastDay')} />
    </Modal>
  )
}
