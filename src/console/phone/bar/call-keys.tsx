import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useAttempt } from '../../shell/refusals.ts'
import type { Agent } from '../my-agent.ts'
import { usePhone } from '../telephone/phone-provider.tsx'
import { useAnswering } from './answering.ts'
import type { ExchangeCommand } from './exchange-command.ts'
import { Keypad } from './keypad.tsx'
import type { Phase } from './phase.ts'
import { PhoneKey } from './phone-key.tsx'
import { useSwitching } from './switching.ts'

interface CallKeysProps {
  agent: Agent
  phase: Phase
  /** somebody who was rung for a consultation has answered */
  consulted: boolean
  command: ExchangeCommand
  /** asks to whom */
  onAsk: (what: 'transfer' | 'consult' | 'dial') => void
}

/** Answer, hang up, hold, mute, consult, transfer, three-way, keypad, dial. */
export function CallKeys ({ agent, phase, consulted, command: { working, give }, onAsk }: CallKeysProps): ReactNode {
  const { t } = useTranslation('phone')
  const attempt = useAttempt()
  const { place, state, softphone } = usePhone()
  const switching = useSwitching()
  const { mayAnswer, answer } = useAnswering(agent)
  const [pressing, setPressing] = useState(false)
  const id = agent.callId
  const here = state.calls.find(c => c.state !== 'ringing') ?? null
  const rings = state.calls.find(c => c.state === 'ringing')
  const inCall = agent.state === 'talking'
  const hangUp = (): void => {
    const one = here ?? rings
    if (softphone && one) void attempt(async () => { await softphone.hangUp(one.id) })
    else if (id !== null) give('hang-up', async () => await switching.plain('hang-up', id))
  }
  const plain = (verb: 'hold' | 'retrieve' | 'three-way' | 'complete') => ({
    working: working === verb,
    onPress: () => { if (id !== null) give(verb, async () => await switching.plain(verb, id)) }
  })
  return (
    <>
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
        onPress={() => { onAsk('consult') }}
      />
      {phase === 'consulting'
        ? <PhoneKey word={t('complete')} keys='Alt+Z' disabled={!consulted} {...plain('complete')} />
        : (
          <PhoneKey
            word={t('transfer')}
            keys='Alt+Z'
            working={working === 'transfer'}
            disabled={phase !== 'talking' && phase !== 'held'}
            onPress={() => { onAsk('transfer') }}
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
        onPress={() => { onAsk('dial') }}
      />
    </>
  )
}
