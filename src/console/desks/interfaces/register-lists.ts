import { every } from '../../api/closed-lists.ts'
import type { Interface, NewEndpoint } from './interface-types.ts'

export const directions = every<Interface['direction']>()(['in', 'out', 'both'])
export const cycles = every<Interface['cycle']>()(['at-once', 'hourly', 'daily', 'working-day', 'weekly', 'monthly', 'on-demand'])
export const shareTypes = every<Interface['shareType']>()(['open', 'conditional', 'none'])
export const orderEvents = every<NewEndpoint['kinds'][number]>()([
  'order.filed', 'order.answered', 'order.rejected', 'order.dispatched', 'order.forwarded', 'order.signed', 'order.returned',
  'order.arrived', 'order.reported', 'order.merged', 'order.unmerged', 'order.reworked', 'order.reopened', 'order.closed', 'order.overdue'
])
