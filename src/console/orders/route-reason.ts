import { useTranslation } from 'react-i18next'

import type { Suggestion } from './order-types.ts'

type Suggested = Pick<NonNullable<Suggestion>, 'why' | 'reason'>

/** Why a unit is suggested, in the reader's language: the service's own sentence is Chinese. */
export function useRouteReason (): (suggestion: Suggested) => string {
  const { t, i18n: { language } } = useTranslation('order')
  return ({ why, reason }) => language === 'en' ? t(`why.${why}`) : reason
}
