import { useRef } from 'react'

/**
 * Which of several alike things has the key: the first that was shown has it as long as it is shown, however the list
 * is sorted meanwhile. `group`: what the list is about; with another the first has the key again.
 */
export function useKeyHolder (group: string, ids: readonly string[]): string | undefined {
  const holder = useRef<{ group: string, id: string | undefined }>({ group, id: undefined })
  if (holder.current.group !== group || !ids.includes(holder.current.id ?? '')) holder.current = { group, id: ids[0] }
  return holder.current.id
}
