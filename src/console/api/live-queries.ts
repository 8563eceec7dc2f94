import { QueryClient, type InvalidateOptions, type InvalidateQueryFilters, type QueryKey } from '@tanstack/react-query'
import { ApiError } from './client.ts'

/**
 * What the pages have asked the service, kept true by the feed. An answer on its way may be older than the event that
 * makes it stale: the library stops such a request and asks again, except the first one for a key; that one is asked
 * again here as soon as it is there.
 */
class LiveQueries extends QueryClient {
  override async invalidateQueries<Key extends QueryKey = QueryKey> (
    filters?: InvalidateQueryFilters<Key>, options?: InvalidateOptions
  ): Promise<void> {
    const first = this.getQueryCache().findAll(filters).filter(q => q.state.data === undefined && q.state.fetchStatus === 'fetching')
    await super.invalidateQueries(filters, options)
    if (first.length > 0) await super.invalidateQueries({ predicate: q => first.includes(q) }, options)
  }
}

/** A refusal is an answer: only a lost connection, a tired server or too many questions are worth asking again. */
const worthAsking = (error: unknown): boolean => !(error instanceof ApiError && error.status >= 400 && error.status < 500 &&
  error.status !== 429)

/** ms between two tries for what is still shown and could not be read: nothing may come on the feed that would ask for it */
const stillWanted = 15_000

export const createLiveQueries = (): QueryClient => new LiveQueries({
  defaultOptions: {
    queries: {
      staleTime: 5000,
      retry: (failures, error) => failures < 3 && worthAsking(error),
      refetchInterval: ({ state }) => state.status === 'error' && worthAsking(state.error) ? stillWanted : false
    }
  }
})
