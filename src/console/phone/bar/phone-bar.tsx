import { App, Dropdown } from 'antd'
import { useEffect, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { holds, useWho } from '../../api/session.tsx'
import { Since } from '../../moments/moments.tsx'
import { useAttempt } from '../../shell/refusals.ts'
import { Key } from '../../shell/shortcuts.tsx'
import { addWords } from '../../words/words.ts'
import { CallHelp } from './call-help.tsx'
import { Keypad } from './keypad.tsx'
import { heardBy, useAgents, useCall, useMyAgent, type Agent, type Call } from '../my-agent.ts'
import { useOrdersGiven } from './orders-given.ts'
import { PhoneKey } from './phone-key.tsx'
import { PhonePlaceNote } from '../telephone/phone-place.tsx'
import { usePhone } from '../telephone/phone-provider.tsx'
import { phoneText } from '../phone-text.ts'
import { phoneWords } from '../phone-words.ts'
import { useRing } from '../telephone/ring.ts'
import { pauseReasons, useSwitching, type PauseReason } from './switching.ts'
import { TargetDialog } from './target-dialog.tsx'
import { WrapUp } from './wrap-up.tsx'

addWords('phone', phoneWords)

/** Who besides the citizen and oneself is in the call: rung or answered by a consultation. */
const others = (call: Call | null, own: string): Call['channels'] =>
  call?.channels.filter(c => c.endedAt === null && c.kind !== 'citizen' && c.extension !== own) ?? []

/** What the bar says in big type. */
export function phaseOf (agent: Agent, call: Call | null): string {
  // The page was away in mid-call: the citizen hears music until it has him back.
  const last = call?.timeline.findLast(e => ['agent-gone', 'answered', 'queued', 'ended'].includes(e.kind))
  if (agent.state === 'wrap-up' && last?.kind === 'agent-gone' && last.actor === agent.extension) return 'returning'
  if (agent.state !== 'talking' || call === null) return agent.state
  // Between colleagues the other one is the partner, nobody's third.
  const third = others(call, agent.extension).filter(c => c.answeredAt !== null).length > (call.direction === 'internal' ? 1 : 0)
  if (call.state === 'held') {
    const agents = call.channels.filter(c => c.endedAt === null && c.kind === 'agent')
    // Who was in the call first consults, who came later is consulted.
    const first = agents.every(
      c => c.extension === agent.extension || c.startedAt >= (agents.find(o => o.extension === agent.extension)?.startedAt ?? '')
    )
    return others(call, agent.extension).length === 0 ? 'held' : first ? 'consulting' : 'consulted'
  }
  return third ? 'three-way' : 'talking'
}

/** Colleagues who are on the line with me, by their extensions. */
const colleagues = (call: Call | null, own: string): string =>
  others(call, own).flatMap(c => c.answeredAt !== null && c.extension !== null ? [c.extension] : []).join(' ')

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
  // A question about a call is gone with its call: what is picked must not happen to the next citizen.
  const [asked, setAsking] = useState<{ what: 'transfer' | 'consult' | 'dial', callId: string | null } | null>(null)
  const asking = asked !== null && asked.callId === agent.callId ? asked.what : null
  const ask = (what: 'transfer' | 'consult' | 'dial'): void => { setAsking({ what, callId: agent.callId }) }
  const [pausing, setPausing] = useState(false)
  const [pressing, setPressing] = useState(false)
  const { extension } = agent
  const id = agent.callId
  // A call to me by hand rings although I am ready, or paused: the bar says what the telephone does.
  const phase = state.calls.some(c => c.state === 'ringing') && agent.state !== 'talking' ? 'ringing' : phaseOf(agent, call)
  const here = state.calls.find(c => c.state !== 'ringing') ?? null
  const rings = state.calls.find(c => c.state === 'ringing')
  const inCall = agent.state === 'talking'
  const out = agent.state === 'out'
  const heard = heardBy(agent, useAgents())
  const consulted = others(call, extension).some(c => c.answeredAt !== null)
  const partners = colleagues(call, extension)
  // Where many talk, the number of one of them is nobody's partner.
  const conference = call?.purpose === 'emergency'
  const outside = call !== null && call.direction !== 'internal'
  // A supervisor has a telephone and takes no citizens' calls.
  const takesCalls = holds(useWho(), 'AGENT', 'SHIFT_LEADER', 'CALLBACK_OFFICER', 'DISPATCHER')
  const helps = inCall && outside && id !== null
  const orders = useOrdersGiven(`${phase} ${agent.since} ${consulted}`)
  const { working, give } = orders
  useRing(rings !== undefined, place === 'here')
  useEffect(() => {
    const was = document.title
    if (agent.state === 'ringing') document.title = `☎ ${t('ringing')} ${call?.number ?? ''}`
    return () => { document.title = was }
  }, [agent.state, call?.number, t])

  // The journal may say it rings a moment before the telephone does: an early press counts.
  const [wanted, setWanted] = useState(false)
  const mayAnswer = rings !== undefined || (agent.state === 'ringing' && place === 'here')
  const answer = (): void => { setWanted(true) }
  useEffect(() => {
    if (!wanted || !rings) return
    setWanted(false)
    if (softphone) void attempt(async () => { await softphone.answer(rings.id) })
  }, [wanted, rings, softphone, attempt])
  useEffect(() => { if (!mayAnswer) setWanted(false) }, [mayAnswer])
  const hangUp = (): void => {
    const one = here ?? rings
    if (softphone && one) void attempt(async () => { await softphone.hangUp(one.id) })
    else if (id !== null) give('hang-up', async () => await switching.plain('hang-up', id))
  }
  const plain = (verb: 'hold' | 'retrieve' | 'three-way' | 'complete') => ({
    working: working === verb,
    onPress: () => { if (id !== null) give(verb, async () => await switching.plain(verb, id)) }
  })
  const be = (verb: 'sign-in' | 'sign-out' | 'ready') => ({
    working: working === verb,
    onPress: () => { give(verb, async () => await switching.agent(verb, extension)) }
  })
  const pause = (reason: PauseReason): void => { give('pause', async () => await switching.pause(extension, reason)) }
  const shown = phase === 'out' && !takesCalls ? 'place' : phase
  const word = phase === 'listening' && agent.reason ? t(`in.${agent.reason}`) : t(shown)

  return (
    <>
      <div className={`phone-state ${phase}`} role='status' aria-live='polite'>
        <span className='big'>{word}{phase === 'paused' && agent.reason ? `·${t(`reason.${agent.reason}`)}` : ''}</span>
        <span className='beside'>
          {(phase !== 'ringing' || agent.state === 'ringing') && <Since at={Date.parse(agent.since)} />}
          {(agent.state === 'ringing' || inCall || agent.state === 'wrap-up') && call && !conference && (
            <b className='tabular'>{call.direction === 'internal' ? partners : phoneText(call.number) || t('unknownNumber')}</b>
          )}
          {heard !== undefined && <b>{heard.extension} {heard.displayName}</b>}
          {(phase === 'consulted' || (phase === 'ringing' && call?.state === 'held')) && partners !== '' && (
            <b className='tabular'>{t('consultedBy', { who: partners })}</b>
          )}
        </span>
      </div>
      <div className='phone-keys' role='toolbar' aria-label={t('place')}>
        {takesCalls && (
          <>
            {out
              ? <PhoneKey word={t('signIn')} keys='Alt+I' {...be('sign-in')} />
              : <PhoneKey word={t('signOut')} keys='Alt+O' {...be('sign-out')} />}
            <PhoneKey
              word={t('beReady')}
              keys='Alt+R'
              tone={agent.state === 'ready' ? 'on' : undefined}
              disabled={out || inCall || agent.state === 'ready'}
              {...be('ready')}
            />
            <Dropdown
              open={pausing} onOpenChange={setPausing} trigger={['click']} disabled={out} autoFocus
              menu={{
                items: pauseReasons.map((reason, i) => ({ key: reason, label: `${i + 1} ${t(`reason.${reason}`)}` })),
                onClick: ({ key }) => { const reason = wordOf(pauseReasons, key); if (reason) pause(reason) }
              }}
            >
              <span>
                <PhoneKey
                  word={t('bePaused')}
                  keys='Alt+P'
                  tone={agent.state === 'paused' ? 'on' : undefined}
                  disabled={out}
                  working={working === 'pause'}
                  onPress={() => { setPausing(true) }}
                />
              </span>
            </Dropdown>
            {pausing && pauseReasons.map((reason, i) => (
              <Key key={reason} keys={String(i + 1)} onPress={() => { setPausing(false); pause(reason) }} />
            ))}
            <PhoneKey
              word={t('wrapUp')}
              keys='Alt+W'
              tone={agent.state === 'wrap-up' ? 'on' : undefined}
              disabled={out || inCall || agent.state === 'wrap-up'}
              onPress={() => { pause('back-office') }}
            />
            <span className='gap' />
          </>
        )}
        <PhoneKey word={t('answer')} keys='F2' tone='answer' disabled={!mayAnswer} onPress={answer} />
        <PhoneKey
          word={t('hangUp')}
          keys='F4'
          tone='end'
          disabled={!here && !rings && !inCall}
          working={working === 'hang-up'}
          onPress={hangUp}
        />
        {phase === 'held' || phase === 'consulting'
          ? <PhoneKey word={t('retrieve')} keys='F8' tone='on' {...plain('retrieve')} />
          : <PhoneKey word={t('hold')} keys='F8' disabled={phase !== 'talking' || id === null} {...plain('hold')} />}
        <PhoneKey
          word={here?.muted ? t('unmute') : t('mute')}
          keys='F9'
          tone={here?.muted ? 'on' : undefined}
          disabled={!here}
          onPress={() => { if (here) softphone?.mute(here.id, !here.muted) }}
        />
        <PhoneKey
          word={t('consult')}
          keys='Alt+X'
          working={working === 'consult'}
          disabled={phase !== 'talking'}
          onPress={() => { ask('consult') }}
        />
        {phase === 'consulting'
          ? <PhoneKey word={t('complete')} keys='Alt+Z' disabled={!consulted} {...plain('complete')} />
          : (
            <PhoneKey
              word={t('transfer')}
              keys='Alt+Z'
              working={working === 'transfer'}
              disabled={phase !== 'talking' && phase !== 'held'}
              onPress={() => { ask('transfer') }}
            />
            )}
        <PhoneKey word={t('threeWay')} keys='Alt+S' disabled={phase !== 'consulting' || !consulted} {...plain('three-way')} />
        <Keypad open={pressing} onOpen={setPressing} onKey={key => { if (here) void softphone?.key(here.id, key) }}>
          <span><PhoneKey word={t('keypad')} keys='Alt+K' disabled={!here} onPress={() => { setPressing(now => !now) }} /></span>
        </Keypad>
        <PhoneKey
          word={t('dial')}
          keys='Alt+B'
          disabled={inCall || agent.state === 'listening' || place !== 'here'}
          onPress={() => { ask('dial') }}
        />
      </div>
      <PhonePlaceNote />
      <TargetDialog
        open={asking !== null}
        title={asking === null ? '' : t(asking)}
        own={extension}
        outside={asking !== 'dial' && outside}
        onClose={() => { setAsking(null) }}
        onPick={to => {
          if (asking === 'dial') {
            if ('extension' in to) {
              void attempt(async () => await softphone?.dial(to.extension))
            } else {
              void message.warning(t('insideOnly'), 8)
            }
          } else if (asking !== null && id !== null) {
            give(asking, async () => await switching.to(asking, id, to))
          }
        }}
      />
      {helps && <CallHelp key={`help-${id}`} callId={id} own={extension} phase={phase} consulted={consulted} orders={orders} />}
      {takesCalls && !out && !helps && !(phase === 'wrap-up' && call) && <div className='help-row' aria-hidden='true' />}
      {phase === 'wrap-up' && call && <WrapUp key={`wrap-up-${call.id}`} agent={agent} call={call} />}
    </>
  )
}
