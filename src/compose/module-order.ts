import type { Module } from '../module.ts'
import type { JournalHandler } from '../pbx/pbx-event.ts'

/**
 * The modules ordered so that each comes after those its journal handler relies on; otherwise as listed.
 * @throws Error naming a module that is missing, is there twice, or waits for itself
 */
export function inJournalOrder (modules: readonly Module[]): Module[] {
  const byName = new Map(modules.map(module => [module.name, module]))
  if (byName.size < modules.length) throw new Error(`two modules have one name: ${modules.map(m => m.name).sort().join(', ')}`)
  const ordered: Module[] = []
  const place = (module: Module, waiting: readonly string[]): void => {
    if (ordered.includes(module)) return
    if (waiting.includes(module.name)) throw new Error(`modules wait for one another: ${[...waiting, module.name].join(' after ')}`)
    for (const name of module.journal?.after ?? []) {
      const earlier = byName.get(name)
      if (!earlier?.journal) throw new Error(`${module.name} hears the journal after ${name}, which hears no journal`)
      place(earlier, [...waiting, module.name])
    }
    ordered.push(module)
  }
  for (const module of modules) place(module, [])
  return ordered
}

/** The handlers of each batch of the journal, in order. */
export const journalHandlersOf = (modules: readonly Module[]): JournalHandler[] =>
  inJournalOrder(modules).flatMap(module => module.journal?.handler ?? [])
