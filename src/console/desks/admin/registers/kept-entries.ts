import dayjs from 'dayjs'
import type { FormInstance } from 'antd'
import { useWho } from '../../../api/session.tsx'
import { useKeptAnswers } from '../../../orders/actions/kept-answers.ts'
import type { Field } from './register-field.ts'

export const day = (at: unknown): unknown => dayjs.isDayjs(at) ? at.format('YYYY-MM-DD') : at

/** What is being typed about an entry: by the entry's key, '' for a new one, the changed fields. `before`: what stood there then. */
interface Typed { typed: Readonly<Record<string, ReadonlyArray<[name: string, value: unknown, before?: unknown]>>> }

/** Equal as they are sent: an empty field is no value. */
const same = (one: unknown, other: unknown): boolean => JSON.stringify(one ?? '') === JSON.stringify(other ?? '')

interface Edited {
  form: FormInstance<Record<string, unknown>>
  fields: readonly Field[]
  /** the key of the entry in the form, '' a new one; null: the form is closed */
  entry: string | null
  /** the entry as the form began with it; null: a new one */
  began: object | null
}

export interface KeptEntries {
  /** keeps what has been typed in the form so far; a password is never kept */
  keep: () => void
  /** puts it back into the form, whose fields must be there */
  restore: () => void
  forget: () => void
  /** Fields that somebody else has saved otherwise since they were typed in. `now`: the entry as it stands. */
  changedMeanwhile: (now: object, typed: Record<string, unknown>) => string[]
  /** a person has decided: what was typed goes over the entry as it stands now */
  goOver: (now: object) => void
  /** a person has given these fields up */
  giveUp: (names: readonly string[]) => void
}

/** Keeps what is typed in a register's form in this tab until it is saved or given up: it outlives a reload. */
export function useKeptEntries (register: string, { form, fields, entry, began }: Edited): KeptEntries {
  const { answers: { typed }, set } = useKeptAnswers<Typed>(`${useWho().login}:register:${register}`, '', () => ({ typed: {} }))
  const ofEntry = typed[entry ?? ''] ?? []
  const others = Object.fromEntries(Object.entries(typed).filter(([key]) => key !== entry))
  return {
    keep () {
      if (entry === null) return
      const touched = fields.filter(f => f.kind !== 'password' && form.isFieldTouched(f.name))
      const before = new Map<string, unknown>([...Object.entries(began ?? {}), ...ofEntry.map(([name, , was]) => [name, was] as const)])
      const values = touched.map((f): [string, unknown, unknown] => [f.name, day(form.getFieldValue(f.name)) ?? null, before.get(f.name)])
      set({ typed: { ...others, ...(values.length > 0 ? { [entry]: values } : {}) } })
    },
    restore () {
      const kindOf = new Map(fields.map(f => [f.name, f.kind]))
      form.setFields(ofEntry.filter(([name]) => kindOf.has(name)).map(([name, value]) =>
        ({ name, touched: true, value: kindOf.get(name) === 'day' && typeof value === 'string' ? dayjs(value) : value ?? undefined })))
    },
    forget () { set({ typed: others }) },
    changedMeanwhile (now, mine) {
      const standing = new Map<string, unknown>(Object.entries(now))
      return ofEntry.filter(([name, , before]) => name in mine && before !== undefined && !same(before, standing.get(name)) &&
        !same(mine[name], standing.get(name))).map(([name]) => name)
    },
    goOver (now) {
      const standing = new Map<string, unknown>(Object.entries(now))
      if (entry !== null) set({ typed: { ...others, [entry]: ofEntry.map(([name, value]) => [name, value, standing.get(name)]) } })
    },
    giveUp (names) {
      const left = ofEntry.filter(([name]) => !names.includes(name))
      set({ typed: { ...others, ...(entry === null || left.length === 0 ? {} : { [entry]: left }) } })
    }
  }
}
