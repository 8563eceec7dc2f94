import { useCallback } from 'react'
import { useTranslation } from 'react-i18next'
import { useNameOf, useUnits } from '../directory/directory.ts'
import './figure-words.ts'

/** The town or department of a board's line in the reader's language; a line without one is named so. */
export function useLineName (): (line: { key: string | null, name: string }) => string {
  const { t } = useTranslation('figures')
  const units = useUnits()
  const nameOf = useNameOf()
  return useCallback(({ key, name }) => {
    if (key === null) return t('undecided')
    const unit = units.find(u => u.id === key)
    return unit ? nameOf(unit) : name
  }, [t, units, nameOf])
}
