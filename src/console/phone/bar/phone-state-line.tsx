import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Since } from '../../moments/moments.tsx'
import { heardBy, useAgents, type Agent, type Call } from '../my-agent.ts'
import { phoneText } from '../phone-text.ts'
import { colleagues, phaseOf, type Phase } from './phase.ts'

/** What the telephone does, since when, and with whom. */
export function PhoneStateLine ({ agent, call, phase, takesCalls }: {
  agent: Agent, call: Call | null, phase: Phase, takesCalls: boolean
}): ReactNode {
  const { t } = useTranslation('phone')
  const heard = heardBy(agent, useAgents())
  const partners = colleagues(call, agent.extension)
  // A conference has no single partner whose number could be shown.
  const conference = call?.purpose === 'emergency'
  // A call by hand rings in the wrap-up of another call, whose number is not the one that is rung.
  const another = phase === 'ringing' && agent.state === 'wrap-up' && phaseOf(agent, call) !== 'returning'
  const shown = phase === 'out' && !takesCalls ? 'place' : phase
  const word = phase === 'listening' && agent.reason ? t(`in.${agent.reason}`) : t(shown)
  return (
    <div className={`phone-state ${phase}`} role='status' aria-live='polite'>
      <span className='big'>{word}{phase === 'paused' && agent.reason ? `·${t(`reason.${agent.reason}`)}` : ''}</span>
      <span className='beside'>
        {(phase !== 'ringing' || agent.state === 'ringing') && <Since at={Date.parse(agent.since)} />}
        {['ringing', 'talking', 'wrap-up'].includes(agent.state) && call && !conference && !another && (
          <b className='tabular'>{call.direction === 'internal' ? partners : phoneText(call.number) || t('unknownNumber')}</b>
        )}
        {heard !== undefined && <b>{heard.extension} {heard.displayName}</b>}
        {(phase === 'consulted' || (phase === 'ringing' && call?.state === 'held')) && partners !== '' && (
          <b className='tabular'>{t('consultedBy', { who: partners })}</b>
        )}
      </span>
    </div>
  )
}
