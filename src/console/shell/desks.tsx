import { lazy, type ComponentType, type LazyExoticComponent } from 'react'
import type { Role } from '../api/session.tsx'

/** A desk is a page of its own, loaded when it is opened. `name` is also its path, its word, and its heading for screen readers. */
export interface Desk { name: string, roles: readonly Role[], page: LazyExoticComponent<ComponentType> }

const pages = import.meta.glob<{ default: ComponentType }>('../desks/*/*-desk.tsx')

const kept = 'signed-in'

/** Whether somebody was signed in here last, for the next time this page is loaded. */
export function keepSignedIn (signedIn: boolean): void {
  if (signedIn) localStorage.setItem(kept, 'yes')
  else localStorage.removeItem(kept)
}

// If so, the desk in the address is loaded while the session is still being read.
if (localStorage.getItem(kept) !== null) {
  const wanted = location.pathname.split('/')[1] ?? ''
  void pages[`../desks/${wanted}/${wanted}-desk.tsx`]?.().catch(() => {})
}

/** A desk without a page is not in the menu. */
function desk (name: string, roles: readonly Role[]): Desk[] {
  const load = pages[`../desks/${name}/${name}-desk.tsx`]
  return load ? [{ name, roles, page: lazy(load) }] : []
}

/** In the order of the menu; a person starts with the first one they may use. */
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
  ...desk('admin', ['ADMINISTRATOR', 'KNOWLEDGE_EDITOR']),
  ...desk('interfaces', ['SUPERVISOR', 'ADMINISTRATOR'])
]
