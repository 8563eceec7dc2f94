/** A part of the page that keeps what somebody types and has its own memory of it. */
export interface Keeper {
  /** brings to the service what can be brought there */
  save: () => Promise<void>
  /** pieces of writing that are nowhere but in this browser */
  unsaved: () => number
  /** he has left: nothing of his is kept or written any more */
  forget: () => void
}

const keepers = new Set<Keeper>()
/** Where half-written things of a person lie in this browser; what he set up (language, his telephone's place) is not among them. */
const written = ['liandong-drafts:', 'callback-notes:']
/** ms that leaving waits for the service at most */
const patience = 4000

export function addKeeper (keeper: Keeper): void { keepers.add(keeper) }

const namesOf = (
  storage: Storage, ...prefixes: string[]
): string[] => Object.keys(storage).filter(name => prefixes.some(p => name.startsWith(p)))

/** Before somebody signs out: what he typed is brought to the service. @returns pieces that will be lost all the same */
export async function saveBeforeLeaving (): Promise<number> {
  await Promise.race(
    [Promise.allSettled([...keepers].map(async k => { await k.save() })), new Promise(resolve => { setTimeout(resolve, patience) })]
  )
  return [...keepers].reduce((sum, k) => sum + k.unsaved(), 0) + namesOf(localStorage, 'callback-notes:').length +
    namesOf(sessionStorage, 'step:', 'matter:').length
}

/** Somebody has signed out, or another person has signed in: nothing he half wrote, names and numbers among it, stays in this browser. */
export function forgetPerson (): void {
  for (const keeper of keepers) keeper.forget()
  keepers.clear()
  for (const name of namesOf(localStorage, ...written)) localStorage.removeItem(name)
  sessionStorage.clear()
}
