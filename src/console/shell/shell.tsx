import { useQueryClient } from '@tanstack/react-query'
import { App, Modal, Result, Spin, type InputRef } from 'antd'
import { Suspense, useEffect, useLayoutEffect, useRef, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Navigate, NavLink, Route, Routes, useNavigate } from 'react-router'
import { api, onceKey } from '../api/client.ts'
import { saveBeforeLeaving } from '../api/leaving.ts'
import { holds, useSession, useWho, type WhoAmI } from '../api/session.tsx'
import { resync, startFeed, useFeed, useOnline } from '../feed/feed.ts'
import { useMyAgent } from '../phone/my-agent.ts'
import { PhoneBar } from '../phone/bar/phone-bar.tsx'
import { PhoneProvider, usePhone } from '../phone/telephone/phone-provider.tsx'
import { setLanguage } from '../words/words.ts'
import { useDialogueFocus } from './dialogue-focus.ts'
import { desks, keepSignedIn, type Desk } from './desks.tsx'
import { useSilentInterfaces } from './silent-interfaces.tsx'
import { useTypingPause } from './typing-pause.ts'
import { useAttempt } from './refusals.ts'
import { SignInForm } from './sign-in.tsx'
import { ViewerMark } from './viewer-mark.tsx'

const desksOf = (who: WhoAmI): readonly Desk[] => desks.filter(d => holds(who, ...d.roles))

/** A leader begins with the figures, everybody else with the first desk of the menu. */
const firstOf = (who: WhoAmI, mine: readonly Desk[]): Desk | undefined =>
  (holds(who, 'LEADER') ? mine.find(d => d.name === 'supervise') : undefined) ?? mine[0]

// One object for good: a new one gives every desk new `message` and `notification`, and each effect that names them runs again.
const messages = { maxCount: 3 }

/** Everything around the desks: who is signed in, the telephone bar, the menu, the state of the connection. */
export function Shell (): ReactNode {
  const { t } = useTranslation('shell')
  const { who, known, expired, begun } = useSession()
  const goTo = useNavigate()
  const person = useRef(begun)
  const asks = useTypingPause(expired)
  useEffect(() => { if (known) keepSignedIn(who !== null) }, [known, who])
  // The next person does not begin with an order of the last one.
  useLayoutEffect(() => {
    if (person.current !== begun) void goTo('/', { replace: true })
    person.current = begun
  }, [begun, goTo])
  if (!known) return <Spin fullscreen />
  // Dialogues and messages hang here: those of the last person end with them.
  return (
    <App key={begun.nth} message={messages}>
      {who === null
        ? <main className='sign-in'><div><h1>{t('product')}</h1><SignInForm /><p><LanguageSwitch /></p></div></main>
        : (
          <PhoneProvider key={who.login}>
            <Inside />
            <ViewerMark />
            {asks && <SignInAgain login={who.login} />}
          </PhoneProvider>
          )}
    </App>
  )
}

function SignInAgain ({ login }: { login: string }): ReactNode {
  const { t } = useTranslation('shell')
  const { field, opened } = useDialogueFocus<InputRef>()
  const leave = useLeaving()
  return (
    <Modal open afterOpenChange={opened} title={t('expired')} footer={null} closable={false} mask={{ closable: false }} keyboard={false}>
      <SignInForm login={login} password={field} onSomebodyElse={leave} />
    </Modal>
  )
}

function LanguageSwitch (): ReactNode {
  const { t, i18n } = useTranslation('shell')
  const other = i18n.language === 'en' ? 'zh' : 'en'
  return (
    <button
      type='button'
      className='language'
      lang={other === 'en' ? 'en' : 'zh-CN'}
      onClick={() => { void setLanguage(other) }}
    >
      {t('language')}
    </button>
  )
}

/**
 * Signs out and removes everything of the person from this browser, after asking if texts would be lost. A telephone in the page ends with
 * it: signing out is refused during a call, and the agent is signed out too.
 */
function useLeaving (): () => void {
  const { t } = useTranslation('shell')
  const { message, modal } = App.useApp()
  const { signOut } = useSession()
  const { place, state: { calls } } = usePhone()
  const agent = useMyAgent()
  const attempt = useAttempt()
  const inPage = place === 'here' || place === 'other-tab'
  return () => {
    if (calls.length > 0 || (place === 'other-tab' && agent !== null && ['ringing', 'talking', 'listening'].includes(agent.state))) {
      void message.warning(t('leaveInCall'), 8)
      return
    }
    void attempt(async () => {
      const lost = await saveBeforeLeaving()
      if (
        lost === 0 || await modal.confirm({
          title: t('leaveLost', { count: lost }),
          okText: t('leaveAnyway'),
          okButtonProps: { danger: true }
        })
      ) {
        // Before the session ends: afterwards the request would be refused.
        if (inPage && agent !== null && agent.state !== 'out') {
          await api.POST('/api/agents/{extension}/sign-out',
            { params: { path: { extension: agent.extension }, header: onceKey() } }).catch(() => {})
        }
        await signOut()
      }
    })
  }
}

function Inside (): ReactNode {
  const { t } = useTranslation('shell')
  const { expired } = useSession()
  const who = useWho()
  const online = useOnline()
  const mine = desksOf(who)
  const first = firstOf(who, mine)
  const queries = useQueryClient()
  const leave = useLeaving()
  useEffect(startFeed, [])
  useSilentInterfaces()
  // The feed continues where it ended: only failed queries are repeated.
  useEffect(() => { if (online) void queries.invalidateQueries({ predicate: ({ state }) => state.status === 'error' }) }, [online, queries])
  // A list of orders decides by itself how much it reads again.
  useFeed([resync], () => { void queries.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'order-list' }) })
  return (
    <div className='shell'>
      <header className='bar'>
        <span className='brand'>{t('product')}</span>
        <section className='grow' aria-label={t('telephone')}><PhoneBar /></section>
        <div className='who'>
          <span>{who.person?.name ?? who.telephone?.displayName ?? who.login}{who.unit ? ` · ${who.unit.name}` : ''}</span>
          <span>
            <LanguageSwitch />
            <button type='button' onClick={leave}>{t('signOut')}</button>
          </span>
        </div>
      </header>
      {expired && <div className='offline' role='status'>{t('expired')}</div>}
      {!online && !expired && <div className='offline' role='status'>{t('connectionLost')}</div>}
      <div className='body'>
        <nav className='desks' aria-label={t('menu')}>{mine.map(d => <NavLink key={d.name} to={`/${d.name}`}>{t(d.name)}</NavLink>)}</nav>
        <main className='page'>
          <Suspense fallback={<Spin />}>
            <Routes>
              {mine.map(d => <Route key={d.name} path={`/${d.name}/*`} element={<><h1 className='unseen'>{t(d.name)}</h1><d.page /></>} />)}
              <Route path='*' element={first ? <Navigate to={`/${first.name}`} replace /> : <Result status='403' title={t('noDesk')} />} />
            </Routes>
          </Suspense>
        </main>
      </div>
    </div>
  )
}
