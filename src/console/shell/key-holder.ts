import { useRef } from 'react'

/**
 * Which of several alike things has the key: the first that was shown has it as long as it is shown, however the list
 * is sorted meanwhile, and while one looks at something else.
 * @param holders who has it, by what the list is about; changed in place
 * @param group what the list is about, an agent's draft for example
 */
export function holderOf (holders: Map<string, string>, group: string, ids: readonly string[]): string | undefined {
  const held = holders.get(group)
  if (held !== undefined && ids.includes(held)) return held
  const [first] = ids
  // An empty list is often one that is being read again: who had the key keeps it.
  if (first !== undefined) holders.set(group, first)
  return first
}

/** The same for a component, from one drawing to the next. */
export function useKeyHolder (group: string, ids: readonly string[]): string | undefined {
  const { current: holders } = useRef(new Map<string, string>())
  return holderOf(holders, group, ids)
}
