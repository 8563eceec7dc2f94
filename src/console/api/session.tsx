import { createContext, useCallback, useContext, useEffect, useMemo, useState, type ReactNode } from 'react'
import { api, ApiError, justSignedIn, whenExpired } from './client.ts'
import type { components, paths } from './api-types.d.ts'

export type WhoAmI = paths['/api/session']['get']['responses']['200']['content']['application/json']
export type Role = WhoAmI['roles'][number]
export type { components }

interface SessionState {
  who: WhoAmI | null
  /** undefined until it is known whether somebody is signed in */
  known: boolean
  /** the session ran out while somebody was working: the page stays as it is, a dialogue asks for the password */
  expired: boolean
  signIn: (login: string, password: string) => Promise<void>
  signOut: () => Promise<void>
}

const SessionContext = createContext<SessionState | null>(null)

export function SessionProvider ({ children }: { children: ReactNode }): ReactNode {
  const [who, setWho] = useState<WhoAmI | null>(null)
  const [known, setKnown] = useState(false)
  const [expired, setExpired] = useState(false)

  useEffect(() => {
    whenExpired(() => { setExpired(true) })
    api.GET('/api/session').then(({ data }) => { setWho(data ?? null) }).catch((error: unknown) => {
      if (!(error instanceof ApiError)) throw error
    }).finally(() => { setKnown(true) })
  }, [])

  const signIn = useCallback(async (login: string, password: string) => {
    const { data } = await api.POST('/api/session', { body: { login, password } })
    justSignedIn()
    if (data) setWho(data)
    setExpired(false)
  }, [])
  const signOut = useCallback(async () => {
    await api.DELETE('/api/session')
    // What this tab keeps of half-typed steps is nobody else's.
    sessionStorage.clear()
    setWho(null)
  }, [])

  const state = useMemo(() => ({ who, known, expired, signIn, signOut }), [who, known, expired, signIn, signOut])
  return <SessionContext value={state}>{children}</SessionContext>
}

export function useSession (): SessionState {
  const state = useContext(SessionContext)
  if (!state) throw new Error('no session around this part of the page')
  return state
}

/** Who is signed in; only below the sign-in page. */
export function useWho (): WhoAmI {
  const { who } = useSession()
  if (!who) throw new Error('nobody is signed in')
  return who
}

export const holds = (who: WhoAmI, ...roles: Role[]): boolean => roles.some(role => who.roles.includes(role))
