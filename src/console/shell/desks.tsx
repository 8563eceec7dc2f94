import { lazy, type ComponentType, type LazyExoticComponent } from 'react'
import type { Role } from '../api/session.tsx'

/** A desk is a page of its own, loaded when it is opened. `name` is also its path, its word, and its heading for who cannot see it. */
export interface Desk { name: string, roles: readonly Role[], page: LazyExoticComponent<ComponentType> }

const pages = import.meta.glob<{ default: ComponentType }>('../desks/*/*-desk.tsx')

const kept = 'signed-in'

/** Whether somebody was signed in here last, for the next time this page is loaded. */
export function keepSignedIn (signedIn: boolean): void {
  if (signedIn) localStorage.setItem(kept, 'yes')
  else localStorage.removeItem(kept)
}

// Then the desk of the address is fetched while it is still being asked who he is; a page that asks for the password waits for nothing.
if (localStorage.getItem(kept) !== null) {
  const wanted = location.pathname.split('/')[1] ?? ''
  void pages[`../desks/${wanted}/${wanted}-desk.tsx`]?.().catch(() => {})
}

/** A desk whose page does not exist yet is not in the menu. */
function desk (name: string, roles: readonly Role[]): Desk[] {
  const load = pages[`../desks/${name}/${name}-desk.tsx`]
  return load ? [{ name, roles, page: lazy(load) }] : []
}

/** In the order of the menu; the first one somebody may use is where he starts. */
export const desks: readonly Desk[] = [
  ...desk('agent', ['AGENT', 'SHIFT_LEADER']),
  ...desk('dispatch', ['DISPATCHER', 'SHIFT_LEADER', 'SUPERVISOR', 'LEADER']),
  ...desk('unit', ['HANDLER', 'SUBCENTRE_OPERATOR']),
  ...desk('verify', ['VERIFIER']),
  ...desk('callbacks', ['CALLBACK_OFFICER']),
  ...desk('numbers', ['AGENT', 'SHIFT_LEADER', 'DISPATCHER', 'CALLBACK_OFFICER', 'SUPERVISOR']),
  ...desk('command', ['EMERGENCY_COORDINATOR']),
  ...desk('supervise', ['SUPERVISOR', 'SHIFT_LEADER', 'LEADER']),
  ...desk('wall', ['SUPERVISOR', 'SHIFT_LEADER', 'LEADER', 'ADMINISTRATOR', 'WALL']),
  ...desk('admin', ['ADMINISTRATOR', 'KNOWLEDGE_EDITOR'])
]
