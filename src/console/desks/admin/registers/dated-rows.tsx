import { useQueryClient } from '@tanstack/react-query'
import { DatePicker } from 'antd'
import dayjs from 'dayjs'
import { useMemo, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { onceKey } from '../../../api/client.ts'
import { useNameOf, useUnits } from '../../../directory/directory.ts'
import { now } from '../../../moments/now.ts'
import { local } from '../../../moments/zone.ts'
import { phoneText } from '../../../phone/phone-text.ts'

export const phone = (number: string | null): string => phoneText(number ?? '')
export const header = (): { header: { 'idempotency-key': string } } => ({ header: onceKey() })

export const useUnitOptions = (): Array<{ value: string, label: string }> => {
  const units = useUnits()
  const nameOf = useNameOf()
  return useMemo(() => units.map(u => ({ value: u.id, label: `${u.id} ${nameOf(u)}` })), [units, nameOf])
}

export const today = (): string => local(now()).format('YYYY-MM-DD')

/** The day for which the register is shown: entries that begin next month can be seen and changed before. */
export function useDay (): { day: string, picker: ReactNode } {
  const { t } = useTranslation('admin')
  const [day, setDay] = useState(today)
  return {
    day,
    picker: (
      <label className='row'>
        {t('standsOn')}{' '}
        <DatePicker allowClear={false} value={dayjs(day)} onChange={d => { if (d) setDay(d.format('YYYY-MM-DD')) }} />
      </label>
    )
  }
}

export function useReload (...keys: string[]): () => void {
  const queries = useQueryClient()
  return () => { for (const key of keys) void queries.invalidateQueries({ queryKey: [key] }) }
}
