import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { api, onceKey } from '../api/client.ts'
import { useNow, lasting } from '../moments/moments.tsx'
import { useAttempt } from '../shell/refusals.ts'
import { KeyButton } from '../shell/shortcuts.tsx'
import type { Agent, Call } from './my-agent.ts'

const dispositions = ['answered', 'order', 'refused', 'transferred', 'silent', 'abusive'] as const

/** 小结: after a citizen's call somebody has to say what became of it; without it nobody becomes ready again. */
export function WrapUp ({ agent, call }: { agent: Agent, call: Call }): ReactNode {
  const { t } = useTranslation('phone')
  const attempt = useAttempt()
  const now = useNow()
  const [said, setSaid] = useState<string | null>(null)
  const chosen = said ?? call.disposition
  const left = agent.wrapUpUntil === null ? null : Date.parse(agent.wrapUpUntil) - now
  return (
    <div className='disposition' role='group' aria-label={t('wrapUpTitle')}>
      <strong>{t('wrapUpTitle')}</strong>
      {dispositions.map((d, i) => (
        <KeyButton
          key={d} size='small' keys={`Alt+${i + 1}`} type={chosen === d ? 'primary' : 'default'}
          onPress={() => {
            void attempt(async () => {
              await api.POST('/api/calls/{id}/disposition', { params: { path: { id: call.id }, header: onceKey() }, body: { disposition: d } })
              setSaid(d)
            }, t('dispositionSaved'))
          }}
        >{t(`end.${d}`)}
        </KeyButton>
      ))}
      {left !== null && left > 0 && <span className='tabular'>{t('wrapUpLeft')} {lasting(left)}</span>}
    </div>
  )
}
