import { QueryClient, type InvalidateOptions, type InvalidateQueryFilters, type QueryKey } from '@tanstack/react-query'
import { ApiError } from './client.ts'

/**
 * The pages' queries, kept up to date by the feed. A running request may have been answered before the event that makes it stale: the
 * library stops such a request and repeats it, except the first one of a key; that one is repeated here when it has been answered.
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

/** A refusal is final: only a lost connection, a failing server or too many requests are worth another try. */
const mayRetry = (error: unknown): boolean => !(error instanceof ApiError && error.status >= 400 && error.status < 500 &&
  error.status !== 429)

/** ms between two tries of a failed query that is still shown: the feed may bring no event that repeats it */
const retryAfter = 15_000

export const createLiveQueries = (): QueryClient => new LiveQueries({
  defaultOptions: {
    queries: {
      staleTime: 5000,
      retry: (failures, error) => failures < 3 && mayRetry(error),
      refetchInterval: ({ state }) => state.status === 'error' && mayRetry(state.error) ? retryAfter : false
    }
  }
})
