import type { FormInstance } from 'antd'
import dayjs from 'dayjs'
import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { phoneText } from '../../../phone/phone-text.ts'
import { MineOrTheirs } from '../mine-or-theirs.tsx'
import type { KeptEntries } from './kept-entries.ts'
import type { Field } from './register-field.ts'

type Values = Record<string, unknown>
interface Question { fields: readonly Field[], mine: Values, theirs: Values }

/** What a field says, as its form shows it. */
function said (field: Field, value: unknown): string {
  if (field.kind === 'yes') return value === true ? '✓' : '—'
  const all: unknown[] = Array.isArray(value) ? value : [value]
  const words = all.map(one => field.options?.find(o => o.value === one)?.label ?? phoneText(String(one ?? '')))
  return words.join(' ') || '—'
}

export interface EntryConflict {
  /** Somebody else changed the same fields since they were typed in: asks a person. @returns whether it asks */
  asks: (theirs: object, mine: Values) => boolean
  /** a person is being asked */
  open: boolean
  close: () => void
  question: ReactNode
}

/** Before an entry of a register is saved over what another administrator saved meanwhile, a person decides, as in an article. */
export function useEntryConflict ({ form, fields, kept }: {
  form: FormInstance<Values>, fields: readonly Field[], kept: KeptEntries
}): EntryConflict {
  const [asked, setAsked] = useState<Question | null>(null)
  const settle = (whose: 'mine' | 'theirs'): void => {
    if (asked === null) return
    if (whose === 'mine') {
      kept.goOver(asked.theirs)
    } else {
      form.setFields(asked.fields.map(({ name, kind }) => {
        const value = asked.theirs[name]
        return { name, touched: false, value: kind === 'day' && typeof value === 'string' ? dayjs(value) : value ?? undefined }
      }))
      kept.giveUp(asked.fields.map(f => f.name))
    }
    setAsked(null)
  }
  return {
    asks (standing, mine) {
      const theirs: Values = Object.fromEntries(Object.entries(standing))
      const names = kept.changedMeanwhile(theirs, mine)
      if (names.length > 0) setAsked({ fields: fields.filter(f => names.includes(f.name)), mine, theirs })
      return names.length > 0
    },
    open: asked !== null,
    close: () => { setAsked(null) },
    question: asked && <Versions {...asked} onKeep={settle} />
  }
}

function Versions ({ fields, mine, theirs, onKeep }: Question & { onKeep: (whose: 'mine' | 'theirs') => void }): ReactNode {
  const { t } = useTranslation('admin')
  const rows = fields.map(f => ({ name: f.name, label: f.label, mine: said(f, mine[f.name]), theirs: said(f, theirs[f.name]) }))
  return <MineOrTheirs title={t('entryConflict')} rows={rows} onKeep={onKeep} />
}
