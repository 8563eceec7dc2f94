import { lazy, type ComponentType, type LazyExoticComponent } from 'react'
import type { Role } from '../api/session.tsx'

/** A desk is a page of its own, loaded when it is opened. `name` is also its path and its word. */
export interface Desk { name: string, roles: readonly Role[], page: LazyExoticComponent<ComponentType> }

const desk = (name: string, roles: readonly Role[], load: () => Promise<{ default: ComponentType }>): Desk => ({ name, roles, page: lazy(load) })

/** In the order of the menu; the first one somebody may use is where he starts. */
export const desks: readonly Desk[] = [
  desk('agent', ['AGENT', 'SHIFT_LEADER'], async () => await import('../desks/agent/agent-desk.tsx')),
  desk('dispatch', ['DISPATCHER', 'SHIFT_LEADER', 'SUPERVISOR', 'LEADER'], async () => await import('../desks/dispatch/dispatch-desk.tsx')),
  desk('unit', ['HANDLER', 'SUBCENTRE_OPERATOR'], async () => await import('../desks/unit/unit-desk.tsx')),
  desk('verify', ['VERIFIER'], async () => await import('../desks/verify/verify-desk.tsx')),
  desk('callbacks', ['CALLBACK_OFFICER'], async () => await import('../desks/callbacks/callbacks-desk.tsx')),
  desk('command', ['EMERGENCY_COORDINATOR'], async () => await import('../desks/command/command-desk.tsx')),
  desk('supervise', ['SUPERVISOR', 'SHIFT_LEADER', 'LEADER'], async () => await import('../desks/supervise/supervise-desk.tsx')),
  desk('wall', ['SUPERVISOR', 'SHIFT_LEADER', 'LEADER', 'ADMINISTRATOR'], async () => await import('../desks/wall/wall-desk.tsx')),
  desk('admin', ['ADMINISTRATOR'], async () => await import('../desks/admin/admin-desk.tsx'))
]
