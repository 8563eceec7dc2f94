import { useQuery, useQueryClient } from '@tanstack/react-query'
import { api } from '../../../api/client.ts'
import type { paths } from '../../../api/api-types.d.ts'
import { useFeed } from '../../../feed/feed.ts'
import { useDebounced } from '../../../moments/moments.tsx'
import type { Draft } from '../draft/draft.ts'

export type Article = paths['/api/knowledge/{id}']['get']['responses']['200']['content']['application/json']

/** The text an agent reads out or sends. */
export const answerOf = (article: Article): string => article.shortAnswer || article.body

/** As much of the text as fits, cut at the end of a sentence if possible. */
export function shortened (text: string, maxLength: number): string {
  if (text.length <= maxLength) return text
  const cut = text.slice(0, maxLength)
  const end = Math.max(cut.lastIndexOf('。'), cut.lastIndexOf('；'), cut.lastIndexOf('\n'))
  return end > maxLength / 3 ? cut.slice(0, end + 1).trim() : cut
}

/**
 * Articles for the agent's search; without one, for the text and category of the draft. `own`: they answer the agent's search.
 */
export function useArticles (words: string, draft: Draft | null): { articles: readonly Article[], own: boolean, asked: boolean } {
  const queries = useQueryClient()
  const own = words.trim() !== ''
  const { title = '', description = '', categoryCode } = draft?.fields ?? {}
  const search = (own ? words.trim() : `${title} ${description}`.trim()).replace(/\s+/g, ' ').slice(0, 200)
  const wanted = { search, ...(!own && categoryCode ? { category: categoryCode } : {}), limit: own ? 8 : 3 }
  const query = useDebounced(wanted, own ? 150 : 500)
  const asked = query.search !== '' || query.category !== undefined
  const { data } = useQuery({
    queryKey: ['knowledge', query],
    enabled: asked,
    staleTime: 60_000,
    placeholderData: before => before,
    queryFn: async () => (await api.GET('/api/knowledge', { params: { query } })).data?.items ?? []
  })
  useFeed(['knowledge.changed'], () => { void queries.invalidateQueries({ queryKey: ['knowledge'] }) })
  return { articles: asked ? data ?? [] : [], own, asked }
}
