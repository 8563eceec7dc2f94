import { useRef } from 'react'

/**
 * Which row of a list has the list's key: the first one shown keeps it as long as it is in the list, also when the list is sorted again or
 * hidden meanwhile.
 * @param holders who has it, by what the list is about; changed in place
 * @param group what the list is about, an agent's draft for example
 */
export function holderOf (holders: Map<string, string>, group: string, ids: readonly string[]): string | undefined {
  const held = holders.get(group)
  if (held !== undefined && ids.includes(held)) return held
  const [first] = ids
  // An empty list is often one that is being read again: the row keeps its key.
  if (first !== undefined) holders.set(group, first)
  return first
}

/** The same for a component, from one rendering to the next. */
export function useKeyHolder (group: string, ids: readonly string[]): string | undefined {
  const { current: holders } = useRef(new Map<string, string>())
  return holderOf(holders, group, ids)
}
