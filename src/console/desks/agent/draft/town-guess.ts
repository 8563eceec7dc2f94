import { useQuery } from '@tanstack/react-query'
import { useEffect } from 'react'
import { api } from '../../../api/client.ts'
import { useDebounced } from '../../../moments/moments.tsx'
import { pinOf, useLocated } from '../../../map/places.ts'
import type { DraftBook } from './draft-book.ts'
import type { Draft } from './draft.ts'

/** Fills in the town the place lies in, unless the agent chose one. @returns whether the town shown is a guess */
export function useTownGuess (book: DraftBook, draft: Draft): boolean {
  const place = useDebounced(draft.fields.place ?? '', 500)
  const located = useLocated(pinOf(draft.fields))
  const { data: named } = useQuery({
    queryKey: ['town-guess', place],
    enabled: place.length > 1 && !draft.townByHand && draft.done === null,
    staleTime: Infinity,
    queryFn: async () => (await api.POST('/api/directory/town-guess', { body: { place } })).data?.town?.id ?? null
  })
  // The map goes before the words, but for a place on a border.
  const data = located?.where === 'inside' ? located.townId : named
  const { key, townByHand } = draft
  const now = draft.fields.townId ?? null
  useEffect(() => {
    if (!townByHand && data && data !== now) book.write(key, { townId: data })
  }, [book, key, townByHand, data, now])
  return !townByHand && data !== undefined && data !== null && data === now
}
