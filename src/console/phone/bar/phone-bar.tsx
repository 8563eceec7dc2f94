import { App } from 'antd'
import { useEffect, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { holds, useWho } from '../../api/session.tsx'
import { useAttempt } from '../../shell/refusals.ts'
import { addWords } from '../../words/words.ts'
import { useCall, useMyAgent, type Agent, type Call } from '../my-agent.ts'
import { phoneText } from '../phone-text.ts'
import { phoneWords } from '../phone-words.ts'
import { PhonePlaceNote } from '../telephone/phone-place.tsx'
import { usePhone } from '../telephone/phone-provider.tsx'
import { useRing } from '../telephone/ring.ts'
import { AgentKeys } from './agent-keys.tsx'
import { CallHelp } from './call-help.tsx'
import { CallKeys } from './call-keys.tsx'
import { useExchangeCommand } from './exchange-command.ts'
import { others, phaseOf, type Phase } from './phase.ts'
import { PhoneStateLine } from './phone-state-line.tsx'
import { useSwitching, type Target } from './switching.ts'
import { TargetDialog } from './target-dialog.tsx'
import { WrapUp } from './wrap-up.tsx'

addWords('phone', phoneWords)

/** The telephone across the top of every page; the same whether the telephone is in the page or on the desk. */
export function PhoneBar (): ReactNode {
  const { t } = useTranslation('phone')
  const who = useWho()
  const agent = useMyAgent()
  const call = useCall(agent?.callId ?? null)
  if (who.extension === null) return null
  if (agent === null) return <span className='phone-state'>{t('connecting')}</span>
  return <Bar agent={agent} call={call} />
}

function Bar ({ agent, call }: { agent: Agent, call: Call | null }): ReactNode {
  const { t } = useTranslation('phone')
  const attempt = useAttempt()
  const { message } = App.useApp()
  const { place, state, softphone } = usePhone()
  const switching = useSwitching()
  // A question about a call ends with its call: what is picked must not happen to the next citizen.
  const [asked, setAsking] = useState<{ what: 'transfer' | 'consult' | 'dial', callId: string | null } | null>(null)
  const asking = asked !== null && asked.callId === agent.callId ? asked.what : null
  const { extension } = agent
  const id = agent.callId
  const rings = state.calls.some(c => c.state === 'ringing')
  // A call by hand rings an agent who is ready or paused: the bar shows what the telephone does.
  const phase: Phase = rings && agent.state !== 'talking' ? 'ringing' : phaseOf(agent, call)
  const consulted = others(call, extension).some(c => c.answeredAt !== null)
  const outside = call !== null && call.direction !== 'internal'
  // A supervisor has a telephone and takes no citizens' calls.
  const takesCalls = holds(useWho(), 'AGENT', 'SHIFT_LEADER', 'CALLBACK_OFFICER', 'DISPATCHER')
  const command = useExchangeCommand(`${phase} ${agent.since} ${consulted}`)
  useRing(rings, place === 'here')
  useRingingTitle(agent, call)

  const pick = (to: Target): void => {
    if (asking === 'dial') {
      if ('extension' in to) void attempt(async () => await softphone?.dial(to.extension))
      else void message.warning(t('insideOnly'), 8)
    } else if (asking !== null && id !== null) {
      command.give(asking, async () => await switching.to(asking, id, to))
    }
  }
  const inWrapUp = phase === 'wrap-up' && call !== null
  const helps = agent.state === 'talking' && outside && id !== null
  return (
    <>
      <PhoneStateLine agent={agent} call={call} phase={phase} takesCalls={takesCalls} />
      <div className='phone-keys' role='toolbar' aria-label={t('place')}>
        {takesCalls && <AgentKeys agent={agent} command={command} />}
        <CallKeys
          agent={agent}
          phase={phase}
          consulted={consulted}
          command={command}
          onAsk={what => { setAsking({ what, callId: agent.callId }) }}
        />
      </div>
      <PhonePlaceNote />
      <TargetDialog
        open={asking !== null}
        title={asking === null ? '' : t(asking)}
        own={extension}
        outside={asking !== 'dial' && outside}
        onClose={() => { setAsking(null) }}
        onPick={pick}
      />
      {helps && <CallHelp key={`help-${id}`} callId={id} own={extension} phase={phase} consulted={consulted} command={command} />}
      {takesCalls && agent.state !== 'out' && !helps && !inWrapUp && <div className='help-row' aria-hidden='true' />}
      {inWrapUp && <WrapUp key={`wrap-up-${call.id}`} agent={agent} call={call} />}
    </>
  )
}

/** Shows a ringing call in the title of the tab. */
function useRingingTitle (agent: Agent, call: Call | null): void {
  const { t } = useTranslation('phone')
  useEffect(() => {
    const was = document.title
    if (agent.state === 'ringing') document.title = `☎ ${t('ringing')} ${phoneText(call?.number ?? '')}`
    return () => { document.title = was }
  }, [agent.state, call?.number, t])
}
