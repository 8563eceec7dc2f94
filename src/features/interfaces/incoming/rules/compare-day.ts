/** What one side has and the other has not, by message id. */
export interface DayDifference { missing: string[], extra: string[] }

/**
 * Both books of one day. `missing`: they sent it and we never had it. `extra`: we have it of that day, and they do not know of it.
 * @param had those of `theirs` that came at any time: what was sent before midnight may arrive after it
 * @param ours what came here and tells of that day
 */
export function compareDay (
  { theirs, had, ours }: { theirs: readonly string[], had: readonly string[], ours: readonly string[] }
): DayDifference {
  const [known, came] = [new Set(theirs), new Set(had)]
  return { missing: [...known].filter(id => !came.has(id)), extra: ours.filter(id => !known.has(id)) }
}
