import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { KeyButton } from '../../shell/shortcuts.tsx'
import { reasons, type Reason } from './callbacks.ts'

// Not figures: with Alt and Shift those put a citizen through to 110, 119 and 120.
const keys = ['Y', 'U', 'I', 'O', 'P']

/** Reason of dissatisfaction (不满意原因): one key each; a second press takes it back. */
export function ReasonKeys ({ reason, onReason }: { reason: Reason | null, onReason: (reason: Reason | null) => void }): ReactNode {
  const { t } = useTranslation('callbacks')
  return (
    <div className='question' role='group' aria-label={t('reason')}><span>{t('reason')}</span>
      {reasons.map((r, i) => (
        <KeyButton
          key={r}
          keys={`Alt+Shift+${keys[i] ?? ''}`}
          type={reason === r ? 'primary' : 'default'}
          aria-pressed={reason === r}
          onPress={() => { onReason(reason === r ? null : r) }}
        >
          {t(`reason.${r}`)}
        </KeyButton>
      ))}
    </div>
  )
}
