import { useEffect, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { KeyButton } from '../../shell/shortcuts.tsx'
import { useAgents, type Agent, type AgentState } from '../my-agent.ts'
import type { ExchangeCommand } from './exchange-command.ts'
import { useSwitching, type Centre } from './switching.ts'

/** Those with a key of their own. */
const centres: readonly Centre[] = ['110', '119', '120']
/** States in which a shift leader can be rung, the free ones first. */
const reachable: readonly AgentState[] = ['ready', 'paused', 'wrap-up']

interface CallHelpProps { callId: string, own: string, phase: string, consulted: boolean, command: ExchangeCommand }

/** Help during a citizen's call, one key each: an emergency centre, the shift leader, the civility warning. */
export function CallHelp ({ callId, own, phase, consulted, command: { working, give } }: CallHelpProps): ReactNode {
  const { t } = useTranslation('phone')
  const switching = useSwitching()
  const leaders = useAgents().filter((a): a is Agent => a.shiftLeader && a.extension !== own && reachable.includes(a.state))
  const leader = leaders.sort((a, b) => reachable.indexOf(a.state) - reachable.indexOf(b.state))[0]
  const talking = phase === 'talking'

  // An emergency centre joins the call as soon as it answers: the citizen is not kept on hold.
  const [asked, setAsked] = useState<'ringing' | 'consulting' | null>(null)
  useEffect(() => {
    if (asked === null) return
    if (phase === 'consulting' && consulted) {
      setAsked(null)
      give('three-way', async () => await switching.plain('three-way', callId))
    } else if (phase === 'consulting' && asked === 'ringing') setAsked('consulting')
    else if (phase !== 'consulting' && asked === 'consulting') setAsked(null)
  }, [asked, phase, consulted, callId, switching, give])
  const askIn = (centre: Centre) => (): void => {
    setAsked('ringing')
    give(centre, async () => {
      const rung = await switching.to('consult', callId, { centre })
      if (!rung) setAsked(null)
      return rung
    })
  }
  const key = (name: string) => ({ size: 'small' as const, disabled: !talking, loading: working === name })
  return (
    <div className='disposition' role='group' aria-label={t('help')}>
      {centres.map((centre, i) => (
        <span key={centre} className='centre-keys'>
          <KeyButton {...key(centre)} keys={`Alt+${i + 1}`} onPress={askIn(centre)}>{t('askIn', { centre })}</KeyButton>
          <KeyButton
            {...key(`to-${centre}`)}
            keys={`Alt+Shift+${i + 1}`}
            onPress={() => { give(`to-${centre}`, async () => await switching.to('transfer', callId, { centre })) }}
          >
            {t('putThrough', { centre })}
          </KeyButton>
        </span>
      ))}
      <KeyButton
        {...key('leader')}
        disabled={!talking || !leader}
        title={leader ? '' : t('noLeader')}
        keys='Alt+4'
        onPress={() => { if (leader) give('leader', async () => await switching.to('consult', callId, { extension: leader.extension })) }}
      >
        {t('leader')} {leader?.displayName.replace(t('leader'), '').trim()}
      </KeyButton>
      <KeyButton
        {...key('civility-warning')}
        keys='Alt+5'
        onPress={() => { void switching.plain('civility-warning', callId, t('civilityPlays')) }}
      >
        {t('civility')}
      </KeyButton>
      {asked !== null && <span>{t('centreRings')}</span>}
    </div>
  )
}
