import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { paths } from '../../api/api-types.d.ts'
import { api, onceKey } from '../../api/client.ts'
import { every } from '../../api/closed-lists.ts'
import { useNow, duration } from '../../moments/moments.tsx'
import { useAttempt } from '../../shell/refusals.ts'
import { KeyButton } from '../../shell/shortcuts.tsx'
import type { Agent, Call } from '../my-agent.ts'
import { isTakenDown } from '../taken-down.ts'

export type Disposition = paths['/api/calls/{id}/disposition']['post']['requestBody']['content']['application/json']['disposition']
const dispositions = every<Disposition>()(['answered', 'order', 'refused', 'transferred', 'silent', 'abusive'])
/** Keys of the dispositions; none of them is used during a call. */
const keyOf: Readonly<Record<Disposition, string>> = {
  answered: 'Alt+6', order: 'Alt+7', refused: 'Alt+8', transferred: 'Alt+9', silent: 'Alt+0', abusive: 'Alt+-'
}

/** The citizen is in the queue, or rings a colleague: nobody of ours is with them. */
const waitsAgain = ({ state, endedAt }: Call): boolean => endedAt === null && ['queued', 'ringing', 'overflow'].includes(state)

/**
 * 小结: the disposition after a call that is taken down; without one the agent does not become ready again. An agent who hung up on hold
 * reads that the citizen has not gone.
 */
export function WrapUp ({ agent, call }: { agent: Agent, call: Call }): ReactNode {
  const { t } = useTranslation('phone')
  const attempt = useAttempt()
  const now = useNow()
  const [said, setSaid] = useState<string | null>(null)
  const chosen = said ?? call.disposition
  const asked = isTakenDown(call)
  const left = agent.wrapUpUntil === null ? null : Date.parse(agent.wrapUpUntil) - now
  return (
    <div className='disposition' role='group' aria-label={t('wrapUpTitle')}>
      {waitsAgain(call) && <strong className='waits-again' role='status'>{t('waitsAgain')}</strong>}
      {asked ? <strong>{t('wrapUpTitle')}</strong> : <span>{t('wrapUpNotAsked')}</span>}
      {asked && dispositions.map(d => (
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
