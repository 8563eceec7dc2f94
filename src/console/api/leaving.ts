/** A part of the page that keeps typed text in a memory of its own. */
export interface Keeper {
  /** saves on the service what can be saved there */
  save: () => Promise<void>
  /** number of texts that exist only in this browser */
  unsaved: () => number
  /** the person has left: nothing is kept or saved any more */
  forget: () => void
}

const keepers = new Set<Keeper>()
/** Prefixes of a person's unfinished texts in local storage. Settings (language, place of the telephone) are not among them. */
const written = ['liandong-drafts:', 'callback-notes:']
/** ms for which signing out waits for the service at most */
const timeoutMs = 4000

export function addKeeper (keeper: Keeper): void { keepers.add(keeper) }

const namesOf = (
  storage: Storage, ...prefixes: string[]
): string[] => Object.keys(storage).filter(name => prefixes.some(p => name.startsWith(p)))

/** Saves typed texts on the service before signing out. @returns number of texts that will be lost */
export async function saveBeforeLeaving (): Promise<number> {
  await Promise.race(
    [Promise.allSettled([...keepers].map(async k => { await k.save() })), new Promise(resolve => { setTimeout(resolve, timeoutMs) })]
  )
  return [...keepers].reduce((sum, k) => sum + k.unsaved(), 0) + namesOf(localStorage, 'callback-notes:').length +
    namesOf(sessionStorage, 'step:', 'matter:').length
}

let left = 0

/** How often a person has left this page: what began before is kept no more. */
export const timesLeft = (): number => left

/** Removes a person's unfinished texts, with names and numbers in them, from this browser: after signing out, or for another person. */
export function forgetPerson (): void {
  left++
  for (const keeper of keepers) keeper.forget()
  keepers.clear()
  for (const name of namesOf(localStorage, ...written)) localStorage.removeItem(name)
  sessionStorage.clear()
}

/** In session storage: the login of the person who uses this tab. */
const tabOf = 'tab-of'

/** A page that was loaded anew knows nobody. Text another person left in this tab is removed before this one could see it. */
export function claimTab (login: string): void {
  const before = sessionStorage.getItem(tabOf)
  if (before !== null && before !== login) sessionStorage.clear()
  sessionStorage.setItem(tabOf, login)
}
