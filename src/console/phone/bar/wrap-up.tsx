import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { paths } from '../../api/api-types.d.ts'
import { api, onceKey } from '../../api/client.ts'
import { every } from '../../api/closed-lists.ts'
import { useNow, duration } from '../../moments/moments.tsx'
import { useAttempt } from '../../shell/refusals.ts'
import { KeyButton } from '../../shell/shortcuts.tsx'
import type { Agent, Call } from '../my-agent.ts'

export type Disposition = paths['/api/calls/{id}/disposition']['post']['requestBody']['content']['application/json']['disposition']
const dispositions = every<Disposition>()(['answered', 'order', 'refused', 'transferred', 'silent', 'abusive'])
/** Keys of the dispositions; none of them is used during a call. */
const keyOf: Readonly<Record<Disposition, string>> = {
  answered: 'Alt+6', order: 'Alt+7', refused: 'Alt+8', transferred: 'Alt+9', silent: 'Alt+0', abusive: 'Alt+-'
}

/**
 * A disposition is asked for a citizen's call and for the return of a missed call. A callback has its own questions, a conference its own
 * record.
 */
const asks = ({ direction, purpose }: Call): boolean => direction === 'inbound' || purpose === 'missed-call'

/** 小结: the disposition after a citizen's call; without one the agent does not become ready again. */
export function WrapUp ({ agent, call }: { agent: Agent, call: Call }): ReactNode {
  const { t } = useTranslation('phone')
  const attempt = useAttempt()
  const now = useNow()
  const [said, setSaid] = useState<string | null>(null)
  const chosen = said ?? call.disposition
  const left = agent.wrapUpUntil === null ? null : Date.parse(agent.wrapUpUntil) - now
  return (
    <div className='disposition' role='group' aria-label={t('wrapUpTitle')}>
      {asks(call) ? <strong>{t('wrapUpTitle')}</strong> : <span>{t('wrapUpNotAsked')}</span>}
      {asks(call) && dispositions.map(d => (
        <KeyButton
          key={d} size='small' keys={keyOf[d]} type={chosen === d ? 'primary' : 'default'}
          onPress={async () => await attempt(async () => {
            await api.POST('/api/calls/{id}/disposition',
              { params: { path: { id: call.id }, header: onceKey() }, body: { disposition: d } })
            setSaid(d)
          }, t('dispositionSaved'))}
        >{t(`end.${d}`)}
        </KeyButton>
      ))}
      {left !== null && left > 0 && <span className='tabular'>{t('wrapUpLeft')} {duration(left)}</span>}
    </div>
  )
}
