import { App, Button, Form, Table, type TableColumnType } from 'antd'
import dayjs from 'dayjs'
import { useMemo, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useAttempt } from '../../../shell/refusals.ts'
import { useSaving } from '../../../shell/saving.ts'
import { ListSearch } from '../list-search.tsx'
import { EndDialog } from './end-dialog.tsx'
import { useEntryConflict } from './entry-conflict.tsx'
import { EntryDialog } from './entry-dialog.tsx'
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
  /** `row` as it stands */
  onChange: (row: Row, values: Record<string, unknown>) => Promise<unknown>
  onEnd?: (row: Row, lastDay: string) => Promise<unknown>
  more?: (row: Row) => ReactNode
  /** The entries as they stand now, asked of the service before these values of one are saved. */
  read: (values: Record<string, unknown>) => Promise<readonly Row[]>
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
  name, rows, keyOf, columns, fields, fresh, changing, beside, onAdd, onChange, onEnd, more, read, reload
}: RegisterProps<Row>): ReactNode {
  const { t } = useTranslation('admin')
  const attempt = useAttempt()
  const { modal, message } = App.useApp()
  const [said, setSaid] = useState('')
  const [edited, setEdited] = useState<Row | 'new' | null>(null)
  const [ending, setEnding] = useState<Row | null>(null)
  const [form] = Form.useForm<Record<string, unknown>>()
  const shown = useMemo(() => matching(rows, said), [rows, said])
  const asked = fields.filter(f => edited === 'new' ? !f.onlyChange : !f.onlyNew)
  const began = edited === 'new' ? null : edited
  const kept = useKeptEntries(name, { form, fields: asked, entry: edited === 'new' ? '' : began && keyOf(began), began })
  const conflict = useEntryConflict({ form, fields: asked, kept })
  const saving = useSaving(conflict.open)
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
  /** Answers whether it is saved: until then the form stays. */
  const save = async (): Promise<boolean> => {
    const all = await form.validateFields().catch(() => null)
    if (all === null || edited === null) return false
    const values = valuesOf(asked, all)
    // Only the changed fields are sent: another administrator may have changed the others meanwhile.
    const always = Object.keys(changing ?? {})
    const typed = Object.fromEntries(Object.entries(values).filter(([name]) => form.isFieldTouched(name) && !always.includes(name)))
    if (edited !== 'new' && Object.keys(typed).length === 0) { close(); return true }
    let asks = false
    const done = await attempt(async () => {
      try {
        if (edited === 'new') { await onAdd(values); return }
        const changed = { ...typed, ...Object.fromEntries(always.map(name => [name, values[name]])) }
        // The page may have read the entry long before another administrator saved it.
        const standing = (await read(changed)).find(r => keyOf(r) === keyOf(edited)) ?? edited
        asks = conflict.asks(standing, typed)
        if (!asks) await onChange(standing, changed)
      } catch (error) {
        markRefused(form, asked.map(f => f.name), error, t('fieldRefused'))
        throw error
      }
    })
    reload()
    if (!done || asks) return false
    void message.success(t('saved'))
    close()
    return true
  }
  const leave = (): void => {
    if (saving.busy) return
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
      <EntryDialog
        open={edited !== null}
        title={edited === 'new' || edited === null ? t('add') : `${t('change')} ${keyOf(edited)}`}
        form={form} fields={asked} busy={saving.busy} question={conflict.question}
        onOpened={() => { kept.restore(); form.focusField(asked[0]?.name ?? '') }}
        onTyped={() => { kept.keep() }}
        onLeave={leave}
        onSave={() => { void saving.run(save) }}
      />
      <EndDialog
        name={ending && keyOf(ending)}
        onClose={() => { setEnding(null) }}
        onEnd={async lastDay => {
          const done = ending === null || await attempt(async () => { await onEnd?.(ending, lastDay) }, t('saved'))
          if (done) setEnding(null)
          reload()
          return done
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
