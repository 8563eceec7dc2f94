import { useTranslation } from 'react-i18next'

import type { Suggestion } from './order-types.ts'

type Suggested = Pick<NonNullable<Suggestion>, 'why' | 'reason' | 'row'>

/** Why a unit is suggested, in the reader's language: the service's own sentence is Chinese. */
export function useRouteReason (): (suggestion: Suggested) => string {
  const { t, i18n: { language } } = useTranslation('order')
  return ({ why, reason, row }) => language !== 'en' ? reason : row ? `${t(`why.${why}`)}, ${row.basisText}` : t(`why.${why}`)
}
