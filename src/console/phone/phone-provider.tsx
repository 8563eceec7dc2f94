import { createContext, useContext, useEffect, useMemo, useRef, useState, useSyncExternalStore, type ReactNode } from 'react'
import { api } from '../api/client.ts'
import { useWho } from '../api/session.tsx'
import { createSoftphone, type PhoneState, type Softphone } from './softphone.ts'

/** Where this login's telephone is: in this tab, in another tab of this browser, or on the desk. */
export type PhonePlace = 'here' | 'other-tab' | 'desk' | 'none'

interface Phone {
  place: PhonePlace
  state: PhoneState
  /** null unless the telephone is in this tab */
  softphone: Softphone | null
  /** the person chose the telephone on the desk: the page follows it */
  useDeskPhone: (on: boolean) => void
}

const nothing: PhoneState = { registration: 'off', microphone: 'unknown', calls: [] }
const PhoneContext = createContext<Phone | null>(null)
const deskKey = 'desk-phone'

/** Gives the page a telephone. Only one tab holds it: a second tab says where it is and takes nothing away. */
export function PhoneProvider ({ children }: { children: ReactNode }): ReactNode {
  const { telephone, extension } = useWho()
  const [desk, setDesk] = useState(() => localStorage.getItem(deskKey) === 'yes')
  const [softphone, setSoftphone] = useState<Softphone | null>(null)
  const [waiting, setWaiting] = useState(false)
  const wanted = telephone !== null && !desk

  // The settings are read once for a telephone: a renewed session must not interrupt a call.
  const settings = useRef(telephone)
  useEffect(() => { settings.current = telephone })

  useEffect(() => {
    if (!wanted || !settings.current) return
    const leaving = new AbortController()
    let release: () => void = () => {}
    let phone: Softphone | null = null
    setWaiting(true)
    navigator.locks.request(`liandong-phone-${settings.current.extension}`, { signal: leaving.signal }, async () => {
      if (leaving.signal.aborted || !settings.current) return
      setWaiting(false)
      // The exchange is told first: it speaks with a browser otherwise than with a telephone on the desk.
      await api.PUT('/api/agents/{extension}/telephone', { params: { path: { extension: settings.current.extension } }, body: { kind: 'browser' } }).catch(() => {})
      phone = createSoftphone(settings.current)
      setSoftphone(phone)
      await phone.start()
      await new Promise<void>(resolve => { release = resolve })
    }).catch(() => {})
    return () => {
      leaving.abort()
      setSoftphone(null)
      void phone?.stop()
      release()
    }
  }, [wanted, extension])

  const state = useSyncExternalStore(
    useMemo(() => softphone?.subscribe ?? (() => () => {}), [softphone]),
    () => softphone?.state() ?? nothing
  )
  const place: PhonePlace = softphone ? 'here' : desk && extension !== null ? 'desk' : wanted && waiting ? 'other-tab' : 'none'
  const phone = useMemo<Phone>(() => ({
    place,
    state,
    softphone,
    useDeskPhone: on => {
      localStorage.setItem(deskKey, on ? 'yes' : 'no')
      if (on && extension !== null) void api.PUT('/api/agents/{extension}/telephone', { params: { path: { extension } }, body: { kind: 'desk' } }).catch(() => {})
      setDesk(on)
    }
  }), [place, state, softphone, extension])
  return <PhoneContext value={phone}>{children}</PhoneContext>
}

export function usePhone (): Phone {
  const phone = useContext(PhoneContext)
  if (!phone) throw new Error('no telephone around this part of the page')
  return phone
}
