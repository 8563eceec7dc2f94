import { Dropdown } from 'antd'
import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { wordOf } from '../../api/closed-lists.ts'
import { Key } from '../../shell/shortcuts.tsx'
import type { Agent } from '../my-agent.ts'
import type { ExchangeCommand } from './exchange-command.ts'
import { PhoneKey } from './phone-key.tsx'
import { pauseReasons, useSwitching, type PauseReason } from './switching.ts'

/** Signing in and out, ready, pause with its reason, wrap-up. */
export function AgentKeys ({ agent, command: { working, give } }: { agent: Agent, command: ExchangeCommand }): ReactNode {
  const { t } = useTranslation('phone')
  const switching = useSwitching()
  const [pausing, setPausing] = useState(false)
  const { extension } = agent
  const out = agent.state === 'out'
  const inCall = agent.state === 'talking'
  const be = (verb: 'sign-in' | 'sign-out' | 'ready') => ({
    working: working === verb,
    onPress: () => { give(verb, async () => await switching.agent(verb, extension)) }
  })
  const pause = (reason: PauseReason): void => { give('pause', async () => await switching.pause(extension, reason)) }
  return (
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
          onClick: ({ key }) => {
            const reason = wordOf(pauseReasons, key)
            if (reason) pause(reason)
          }
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
  )
}
