import { QueryClientProvider, type QueryClient } from '@tanstack/react-query'
import { createContext, useCallback, useContext, useEffect, useMemo, useRef, useState, type ReactNode } from 'react'
import { setTimeZone } from '../moments/zone.ts'
import { api, ApiError, justSignedIn, signedInSince, whenDoubted, whenExpired } from './client.ts'
import type { components, paths } from './api-types.d.ts'
import { claimTab, forgetPerson } from './leaving.ts'
import { createLiveQueries } from './live-queries.ts'

export type WhoAmI = paths['/api/session']['get']['responses']['200']['content']['application/json']
export type Role = WhoAmI['roles'][number]
export type { components }

/** One person at this page, from signing in to signing out; `nth` tells one from the next. What was read is kept in `queries`. */
interface Begun { nth: number, queries: QueryClient }

const begin = (nth: number): Begun => ({ nth, queries: createLiveQueries() })

interface SessionState {
  who: WhoAmI | null
  /** false until it is known whether somebody is signed in */
  known: boolean
  /** the session ended while the person was working: the page stays, and a dialogue asks for the password */
  expired: boolean
  /** a new object for each person, and for each signing-in after a signing-out */
  begun: Begun
  signIn: (login: string, password: string) => Promise<void>
  signOut: () => Promise<void>
}

const SessionContext = createContext<SessionState | null>(null)

/** The tabs of a browser share one session: signing in or out in one does so in all. Message: the login, or null. */
const tabs = new BroadcastChannel('liandong-session')

/** Compares all but the end of the session, which moves with each use. */
const sameRights = (one: WhoAmI | null, other: WhoAmI | null): boolean =>
  JSON.stringify({ ...one, expiresAt: null }) === JSON.stringify({ ...other, expiresAt: null })

const whoAmI = async (): Promise<WhoAmI | null> => (await api.GET('/api/session')).data ?? null

export function SessionProvider ({ children }: { children: ReactNode }): ReactNode {
  const [who, setWho] = useState<WhoAmI | null>(null)
  const [known, setKnown] = useState(false)
  const [expired, setExpired] = useState(false)
  const [begun, setBegun] = useState(() => begin(0))
  const latest = useRef<WhoAmI | null>(null)
  const latestBegun = useRef(begun)

  /** Makes the page this person's; nothing of another person is left on it. */
  const become = useCallback((next: WhoAmI | null) => {
    if (next) setTimeZone(next.timeZone)
    const again = next !== null && latest.current?.login === next.login
    // A page that was loaded anew knows nobody, and is told of a sign-out too; whose text its tab holds, `claimTab` asks.
    if (next === null || (latest.current !== null && latest.current.login !== next.login)) {
      forgetPerson()
      // A late answer to the last person is put into a memory that nobody reads.
      latestBegun.current.queries.clear()
      latestBegun.current = begin(latestBegun.current.nth + 1)
      setBegun(latestBegun.current)
    }
    latest.current = next
    setWho(next)
    setExpired(false)
    if (next !== null) {
      claimTab(next.login)
      justSignedIn()
    }
    // Requests refused while nobody was signed in are sent again.
    if (again) void latestBegun.current.queries.invalidateQueries()
  }, [])

  useEffect(() => {
    whenExpired(() => { if (latest.current !== null) setExpired(true) })
    whenDoubted(async doubt => {
      const askedAt = performance.now()
      try {
        const next = await whoAmI()
        if (doubt === 'session' || !sameRights(next, latest.current)) become(next)
        return true
      } catch (error) {
        const gone = error instanceof ApiError && error.status === 401 && !signedInSince(askedAt)
        if (gone && latest.current !== null) setExpired(true)
        return !gone
      }
    })
    whoAmI().then(become).catch((error: unknown) => {
      if (!(error instanceof ApiError)) throw error
    }).finally(() => { setKnown(true) })
    const hear = ({ data }: MessageEvent<string | null>): void => {
      if (data === null) become(null)
      else void whoAmI().then(become).catch(() => {})
    }
    tabs.addEventListener('message', hear)
    return () => { tabs.removeEventListener('message', hear) }
  }, [become])

  const signIn = useCallback(async (login: string, password: string) => {
    const { data } = await api.POST('/api/session', { body: { login, password } })
    if (data) become(data)
    tabs.postMessage(login)
  }, [become])
  const signOut = useCallback(async () => {
    await api.DELETE('/api/session').catch((error: unknown) => {
      // Signed out already: no reason for a message.
      if (!(error instanceof ApiError && error.status === 401)) throw error
    })
    become(null)
    tabs.postMessage(null)
  }, [become])

  const state = useMemo(() => ({ who, known, expired, begun, signIn, signOut }), [who, known, expired, begun, signIn, signOut])
  return (
    <SessionContext value={state}>
      <QueryClientProvider client={begun.queries}>{children}</QueryClientProvider>
    </SessionContext>
  )
}

export function useSession (): SessionState {
  const state = useContext(SessionContext)
  if (!state) throw new Error('no session around this part of the page')
  return state
}

/** The person who is signed in. @throws Error outside the signed-in part of the page */
export function useWho (): WhoAmI {
  const { who } = useSession()
  if (!who) throw new Error('nobody is signed in')
  return who
}

export const holds = (who: WhoAmI, ...roles: Role[]): boolean => roles.some(role => who.roles.includes(role))
