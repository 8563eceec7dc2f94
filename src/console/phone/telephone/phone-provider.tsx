import { createContext, useContext, useEffect, useMemo, useState, useSyncExternalStore, type ReactNode } from 'react'
import { api } from '../../api/client.ts'
import { useWho } from '../../api/session.tsx'
import { useFeed } from '../../feed/feed.ts'
import { backOff } from './back-off.ts'
import type { PhoneState } from './phone-lines.ts'
import type { TelephoneSettings } from './sip-manager.ts'
import { createSoftphone, type Softphone } from './softphone.ts'

/** Where this login's telephone is: in this tab, in another tab of this browser, or on the desk. */
export type PhonePlace = 'here' | 'other-tab' | 'desk' | 'none'

interface Phone {
  place: PhonePlace
  state: PhoneState
  /** null unless the telephone is in this tab */
  softphone: Softphone | null
  /** the person chose the telephone on the desk: the page follows it */
  useDeskPhone: (on: boolean) => void
  /** asks for the microphone and registers once more */
  again: () => void
}

const nothing: PhoneState = { registration: 'off', exchanges: {}, microphone: 'unknown', calls: [] }
const PhoneContext = createContext<Phone | null>(null)
const deskKey = 'desk-phone'
/** How often a telephone that is refused everywhere is tried again by itself; then a person has to press the button. */
const maxRefusals = 5

const setTelephoneKind = async (extension: string, kind: 'desk' | 'browser'): Promise<void> => {
  await api.PUT('/api/agents/{extension}/telephone', { params: { path: { extension } }, body: { kind } }).catch(() => {})
}

/** Reads the settings again: a new SIP password must be used, and a renewed session must not interrupt a call. */
const settingsNow = async (): Promise<TelephoneSettings | null> =>
  (await api.GET('/api/session').catch(() => null))?.data?.telephone ?? null

/** Gives the page a telephone. One tab has it; other tabs show where it is. */
export function PhoneProvider ({ children }: { children: ReactNode }): ReactNode {
  const { telephone, extension } = useWho()
  const [desk, setDesk] = useState(() => localStorage.getItem(deskKey) === 'yes')
  const [softphone, setSoftphone] = useState<Softphone | null>(null)
  const [waiting, setWaiting] = useState(false)
  const [round, setRound] = useState(0)
  const [refusals, setRefusals] = useState(0)
  // Without a secure context (plain http by another name than localhost) there are no microphone and no locks.
  const wanted = telephone !== null && !desk && isSecureContext
  useEffect(() => { if (extension !== null && telephone !== null && !isSecureContext) void setTelephoneKind(extension, 'desk') },
    [extension, telephone])

  useEffect(() => {
    if (!wanted || extension === null) return
    const leaving = new AbortController()
    let release: () => void = () => {}
    let phone: Softphone | null = null
    setWaiting(true)
    navigator.locks.request(`liandong-phone-${extension}`, { signal: leaving.signal }, async () => {
      setWaiting(false)
      const settings = await settingsNow() ?? telephone
      if (leaving.signal.aborted || settings === null) return
      phone = createSoftphone(settings)
      setSoftphone(phone)
      const hears = await phone.askForMicrophone()
      // The exchange is told before: a browser needs other media than a telephone on the desk. A page without a
      // microphone must not ring.
      await setTelephoneKind(extension, hears ? 'browser' : 'desk')
      if (hears) await phone.start()
      if (!leaving.signal.aborted) await new Promise<void>(resolve => { release = resolve })
    }).catch(() => {})
    return () => {
      leaving.abort()
      setSoftphone(null)
      void phone?.stop()
      release()
    }
  }, [wanted, extension, round])

  const state = useSyncExternalStore(
    useMemo(() => softphone?.subscribe ?? (() => () => {}), [softphone]),
    () => softphone?.state() ?? nothing
  )

  const { registration, exchanges } = state
  const calling = state.calls.length > 0
  const refused = Object.values(exchanges).includes('refused')
  useEffect(() => {
    if (softphone === null || calling) return
    if (!refused) {
      if (registration === 'registered') setRefusals(0)
      return
    }
    if (registration === 'refused' && refusals >= maxRefusals) return
    const timer = setTimeout(() => {
      void settingsNow().then(settings => {
        if (settings) softphone.follow(settings)
        setRefusals(now => now + 1)
      })
    }, backOff(refusals + 1))
    return () => { clearTimeout(timer) }
  }, [softphone, registration, refused, calling, refusals])

  // Exchanges come and go while the page is open.
  useFeed(['pbx-node.'], () => {
    if (softphone !== null) void settingsNow().then(settings => { if (settings) softphone.follow(settings) })
  })

  useEffect(() => {
    if (softphone === null) return
    const ask = (event: BeforeUnloadEvent): void => { if (calling) event.preventDefault() }
    addEventListener('beforeunload', ask)
    addEventListener('pagehide', softphone.leave)
    return () => {
      removeEventListener('beforeunload', ask)
      removeEventListener('pagehide', softphone.leave)
    }
  }, [softphone, calling])

  const noMicrophone = state.microphone === 'refused'
  const place: PhonePlace = softphone && !noMicrophone
    ? 'here'
    : (desk || noMicrophone || !isSecureContext) && extension !== null ? 'desk' : wanted && waiting ? 'other-tab' : 'none'
  const phone = useMemo<Phone>(() => ({
    place,
    state,
    softphone: place === 'here' ? softphone : null,
    useDeskPhone: on => {
      localStorage.setItem(deskKey, on ? 'yes' : 'no')
      if (on && extension !== null) void setTelephoneKind(extension, 'desk')
      setDesk(on)
    },
    again: () => {
      // A new telephone would end the call on this one.
      if (softphone !== null && state.calls.length > 0) void softphone.start()
      else {
        setRefusals(0)
        setRound(now => now + 1)
      }
    }
  }), [place, state, softphone, extension])
  return <PhoneContext value={phone}>{children}</PhoneContext>
}

export function usePhone (): Phone {
  const phone = useContext(PhoneContext)
  if (!phone) throw new Error('no telephone around this part of the page')
  return phone
}
