import dayjs from 'dayjs'
import type { FormInstance } from 'antd'
import { useWho } from '../../../api/session.tsx'
import { useKeptAnswers } from '../../../orders/actions/kept-answers.ts'
import type { Field } from './register-field.ts'

export const day = (at: unknown): unknown => dayjs.isDayjs(at) ? at.format('YYYY-MM-DD') : at

/** What is being typed about an entry: by the entry's key, '' for a new one, the changed fields. */
interface Typed { typed: Readonly<Record<string, ReadonlyArray<[name: string, value: unknown]>>> }

interface Edited {
  form: FormInstance<Record<string, unknown>>
  fields: readonly Field[]
  /** the key of the entry in the form, '' a new one; null: the form is closed */
  entry: string | null
}

export interface KeptEntries {
  /** keeps what has been typed in the form so far; a password is never kept */
  keep: () => void
  /** puts it back into the form, whose fields must be there */
  restore: () => void
  forget: () => void
}

/** Keeps what is typed in a register's form in this tab until it is saved or given up: it outlives a reload. */
export function useKeptEntries (register: string, { form, fields, entry }: Edited): KeptEntries {
  const { answers: { typed }, set } = useKeptAnswers<Typed>(`${useWho().login}:register:${register}`, '', () => ({ typed: {} }))
  const others = Object.fromEntries(Object.entries(typed).filter(([key]) => key !== entry))
  return {
    keep () {
      if (entry === null) return
      const touched = fields.filter(f => f.kind !== 'password' && form.isFieldTouched(f.name))
      const values = touched.map((f): [string, unknown] => [f.name, day(form.getFieldValue(f.name)) ?? null])
      set({ typed: { ...others, ...(values.length > 0 ? { [entry]: values } : {}) } })
    },
    restore () {
      const kindOf = new Map(fields.map(f => [f.name, f.kind]))
      form.setFields((typed[entry ?? ''] ?? []).filter(([name]) => kindOf.has(name)).map(([name, value]) =>
        ({ name, touched: true, value: kindOf.get(name) === 'day' && typeof value === 'string' ? dayjs(value) : value ?? undefined })))
    },
    forget () { set({ typed: others }) }
  }
}
