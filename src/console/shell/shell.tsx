import { Button, Modal, Result, Spin } from 'antd'
import { Suspense, useEffect, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Navigate, NavLink, Route, Routes } from 'react-router'
import { holds, useSession, useWho, type WhoAmI } from '../api/session.tsx'
import { startFeed, useOnline } from '../feed/feed.ts'
import { PhoneBar } from '../phone/phone-bar.tsx'
import { PhoneProvider } from '../phone/phone-provider.tsx'
import { setLanguage } from '../words/words.ts'
import { desks, type Desk } from './desks.tsx'
import { SignInForm } from './sign-in.tsx'

const desksOf = (who: WhoAmI): readonly Desk[] => desks.filter(d => holds(who, ...d.roles))

/** Everything around the desks: who is signed in, the telephone bar, the menu, the state of the connection. */
export function Shell (): ReactNode {
  const { t } = useTranslation('shell')
  const { who, known, expired } = useSession()
  if (!known) return <Spin fullscreen />
  if (!who) return <main className='sign-in'><div><h1 style={{ color: '#fff', fontSize: 22 }}>{t('product')}</h1><SignInForm /></div></main>
  return (
    <PhoneProvider>
      <Inside />
      <Modal open={expired} title={t('expired')} footer={null} closable={false} mask={{ closable: false }} keyboard={false}><SignInForm login={who.login} /></Modal>
    </PhoneProvider>
  )
}

function Inside (): ReactNode {
  const { t, i18n } = useTranslation('shell')
  const { signOut } = useSession()
  const who = useWho()
  const online = useOnline()
  const mine = desksOf(who)
  useEffect(() => { startFeed() }, [])
  const other = i18n.language === 'en' ? 'zh' : 'en'
  return (
    <div className='shell'>
      <header className='bar'>
        <span className='brand'>{t('product')}</span>
        <div className='grow'><PhoneBar /></div>
        <Button type='text' size='small' className='plain' style={{ color: 'inherit' }} onClick={() => { void setLanguage(other) }}>{t('language')}</Button>
        <span>{who.person?.name ?? who.login}</span>
        <Button type='text' size='small' style={{ color: 'inherit' }} onClick={() => { void signOut() }}>{t('signOut')}</Button>
      </header>
      {!online && <div className='offline' role='status'>{t('connectionLost')}</div>}
      <div className='body'>
        <nav className='desks' aria-label={t('product')}>{mine.map(d => <NavLink key={d.name} to={`/${d.name}`}>{t(d.name)}</NavLink>)}</nav>
        <main className='page'>
          <Suspense fallback={<Spin />}>
            <Routes>
              {mine.map(d => <Route key={d.name} path={`/${d.name}/*`} element={<d.page />} />)}
              <Route path='*' element={mine[0] ? <Navigate to={`/${mine[0].name}`} replace /> : <Result status='403' title={t('noDesk')} />} />
            </Routes>
          </Suspense>
        </main>
      </div>
    </div>
  )
}
