import type { Service } from '../../src/compose.ts'
import { journalHandlersOf } from '../../src/compose/module-order.ts'
import type { Module } from '../../src/module.ts'
import type { JournalHandler } from '../../src/pbx/pbx-event.ts'
import type { Sweep } from '../../src/queue/alarms.ts'

const all = ({ modules }: Pick<Service, 'modules'>): Module[] => Object.values(modules)

/** What the service does with each batch of the journal, in its order. */
export const handlersOf = (service: Pick<Service, 'modules'>): JournalHandler[] => journalHandlersOf(all(service))

/** What the service's modules find due from rows alone. */
export const sweepsOf = (service: Pick<Service, 'modules'>): Sweep[] => all(service).flatMap(module => module.sweeps ?? [])
